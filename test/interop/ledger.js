import { numberOf } from './workload.js';

/**
 * What a producer was asked to put and says it put, and what a consumer says it got. A place is
 * `{ shardId, sequenceNumber, subSequenceNumber }`.
 */
export class Ledger {
  /** Places by number of the user record; a producer that does not tell the sub-sequence number leaves it out. */
  acknowledged = new Map();
  failed = new Map();
  /** In the order they were consumed. */
  consumed = [];
  #numbers = new Set();

  /** @param sent the user records, by their number */
  constructor(sent) {
    this.sent = sent;
  }

  acknowledge(number, place) {
    this.acknowledged.set(number, place);
  }

  fail(number, reason) {
    this.failed.set(number, reason);
  }

  /** @param consumer who consumed it, where there are several */
  consume(place, { partitionKey, explicitHashKey, data }, consumer) {
    const number = numberOf(data);
    this.#numbers.add(number);
    const { shardId, sequenceNumber, subSequenceNumber } = place;
    this.consumed.push({
      number,
      partitionKey,
      explicitHashKey,
      data,
      shardId,
      sequenceNumber,
      subSequenceNumber,
      consumer,
    });
  }

  get missing() {
    return [...this.acknowledged.keys()].filter((number) => !this.#numbers.has(number));
  }

  /** User records that were consumed more than once. */
  get repeated() {
    const times = new Map();
    for (const { number } of this.consumed) times.set(number, (times.get(number) ?? 0) + 1);
    return [...times.values()].filter((count) => count > 1).length;
  }
}
