import type { Aggregator, UserRecord } from '../aggregators/aggregator.js';
import type { Checkpoint } from '../checkpointers/checkpoint.js';
import type { KinesisRecord } from '../client/kinesis-gateway.js';
import { DeserializationError } from '../errors.js';
import type { KinesisEventListener, RecordPlace, ShardPlace } from '../observability/kinesis-event.js';
import { Backoff } from '../runtime/backoff.js';
import type { Clock } from '../runtime/clock.js';
import type { Gate } from '../runtime/gate.js';
import type { Random } from '../runtime/random.js';
import type { RecordHandler } from './delivery-policy.js';
import { KinesisContext } from './kinesis-context.js';
import { comparePositions, type Position, Watermark } from './watermark.js';

/**
 * How the delivery of a page ended: all of it is finished; a record could not be handled and its policy is to stand
 * still there; or it was told to stop.
 */
export type DeliveryOutcome = 'finished' | 'halted' | 'stopped';

export interface ShardDeliveryOptions {
  place: ShardPlace;
  handlers: readonly RecordHandler[];
  aggregator: Aggregator;
  clock: Clock;
  random: Random;
  report: KinesisEventListener;
  fencingToken: number;
  /** Who says how far the checkpoint may go: the end of each handler, or `context.checkpoint()`. */
  checkpointMode: 'auto' | 'manual';
  /** No handler starts while it is closed. */
  gate: Gate;
  /** Where the shard's checkpoint stands: what it covers is not delivered again. */
  resumeFrom: Checkpoint;
  /** No handler starts once this aborts; the one that runs may end. */
  stopped: AbortSignal;
  /** Handed to handlers; aborts when their result no longer counts. */
  aborted: AbortSignal;
  /** Asked before each handler starts: whether the lease is certainly still ours. */
  mayStart: () => boolean;
}

/** A user record with its place, decoded as far as that was possible. */
interface Delivered {
  readonly record: KinesisRecord;
  readonly userRecord: UserRecord;
  readonly position: Position;
}

/** Hands the user records of one shard to its handlers, one record at a time, and keeps the watermark. */
export class ShardDelivery {
  private readonly watermark = new Watermark();
  /** The highest position that a handler called done itself. */
  private marked: Position | undefined;
  private startedAt: number | undefined;

  constructor(private readonly options: ShardDeliveryOptions) {}

  /** The position up to which everything is finished; undefined while nothing is. */
  get finished(): Position | undefined {
    return this.watermark.position;
  }

  /** The position up to which the shard may be checkpointed; undefined while it may not be. */
  get checkpointable(): Position | undefined {
    const { finished, marked } = this;
    if (this.options.checkpointMode === 'auto') return finished;
    if (!finished || !marked) return undefined;
    return comparePositions(marked, finished) < 0 ? marked : finished;
  }

  /** When the record was started that is still being handled, on the monotonic clock. */
  get handlingSince(): number | undefined {
    return this.startedAt;
  }

  /** Hands out records in order; those that are finished already are passed over, so that a halted page can be given again. */
  async deliver(records: readonly KinesisRecord[]): Promise<DeliveryOutcome> {
    this.watermark.forgetUnfinished();
    for (const record of records) {
      const outcome = await this.deliverRecord(record);
      if (outcome !== 'finished') return outcome;
    }
    return 'finished';
  }

  private async deliverRecord(record: KinesisRecord): Promise<DeliveryOutcome> {
    let userRecords: readonly UserRecord[];
    try {
      userRecords = this.options.aggregator.unpack(record);
    } catch (error) {
      return this.deliverUndecodable(record, error);
    }
    for (const [subSequenceNumber, userRecord] of userRecords.entries()) {
      const position = { sequenceNumber: record.sequenceNumber, subSequenceNumber };
      if (this.isDone(position)) continue;
      if (!this.options.gate.isOpen) await this.untilOpen();
      if (!this.mayStart()) return 'stopped';
      this.startedAt = this.options.clock.now();
      const outcome = await this.deliverUserRecord({ record, userRecord, position });
      this.startedAt = undefined;
      if (outcome !== 'finished') return outcome;
    }
    return 'finished';
  }

  private async deliverUserRecord(delivered: Delivered): Promise<DeliveryOutcome> {
    const delivery = this.watermark.begin(delivered.position);
    let payload: unknown;
    try {
      const { decoded, data } = delivered.userRecord;
      payload = decoded ? decoded.value : this.options.aggregator.deserialize(data);
    } catch (error) {
      return this.settle(delivery, this.giveUpDecoding(delivered.position, error));
    }
    const { handlers } = this.options;
    const [only] = handlers;
    if (handlers.length === 1 && only) {
      return this.settle(delivery, await this.attempt(only, payload, delivered));
    }
    const outcomes = await Promise.all(handlers.map((handler) => this.attempt(handler, payload, delivered)));
    return this.settle(delivery, outcomes.find((outcome) => outcome !== 'finished') ?? 'finished');
  }

  /** Calls one handler until it succeeds or its policy says what to do instead. */
  private async attempt(
    handler: RecordHandler,
    payload: unknown,
    delivered: Delivered,
  ): Promise<DeliveryOutcome> {
    const { policy } = handler;
    let backoff: Backoff | undefined;
    for (let attempt = 1; ; attempt++) {
      try {
        const result = handler.handle(payload, this.contextFor(delivered, attempt));
        if (isThenable(result)) await result;
        return 'finished';
      } catch (error) {
        const final = attempt >= policy.attempts;
        const place = this.placeOf(delivered.position);
        this.options.report({
          type: 'record-failed',
          handler: handler.name,
          attempt,
          final,
          error,
          ...place,
        });
        if (final) return this.exhausted(handler, place, error);
        backoff ??= new Backoff(policy.backoff, this.options.random);
        await this.options.clock.sleep(backoff.next(), this.options.stopped).catch(() => undefined);
        if (!this.options.gate.isOpen) await this.untilOpen();
        if (!this.mayStart()) return 'stopped';
      }
    }
  }

  /** The record as a whole cannot be taken apart: it goes the way of one user record that failed. */
  private async deliverUndecodable(record: KinesisRecord, error: unknown): Promise<DeliveryOutcome> {
    const position = { sequenceNumber: record.sequenceNumber, subSequenceNumber: 0 };
    if (this.isDone(position)) return 'finished';
    if (!this.options.gate.isOpen) await this.untilOpen();
    if (!this.mayStart()) return 'stopped';
    return this.settle(this.watermark.begin(position), this.giveUpDecoding(position, error));
  }

  /** Bytes that cannot be decoded now cannot be later: every handler's policy applies after one attempt. */
  private giveUpDecoding(position: Position, cause: unknown): DeliveryOutcome {
    const place = this.placeOf(position);
    const error = new DeserializationError(
      `A record of stream "${place.stream}" is not what the aggregator "${this.options.aggregator.name}" writes: ` +
        `shard ${place.shardId}, sequence number ${place.sequenceNumber}, sub-sequence number ` +
        `${place.subSequenceNumber}. Producer and consumer must use the same aggregator.`,
      { cause },
    );
    const outcomes = this.options.handlers.map((handler) => {
      this.options.report({
        type: 'record-failed',
        handler: handler.name,
        attempt: 1,
        final: true,
        error,
        ...place,
      });
      return this.exhausted(handler, place, error);
    });
    return outcomes.includes('halted') ? 'halted' : 'finished';
  }

  private exhausted(handler: RecordHandler, place: RecordPlace, error: unknown): DeliveryOutcome {
    const halt = handler.policy.onExhausted === 'halt';
    this.options.report({
      type: halt ? 'shard-halted' : 'record-skipped',
      handler: handler.name,
      error,
      ...place,
    });
    return halt ? 'halted' : 'finished';
  }

  private settle(delivery: ReturnType<Watermark['begin']>, outcome: DeliveryOutcome): DeliveryOutcome {
    // What ends only because it was told to abort has not done its work.
    if (this.options.aborted.aborted) return 'stopped';
    if (outcome === 'finished') this.watermark.finish(delivery);
    return outcome;
  }

  private contextFor({ record, userRecord, position }: Delivered, attempt: number): KinesisContext {
    const { place, fencingToken, aborted } = this.options;
    return new KinesisContext({
      stream: place.stream,
      application: place.application,
      shardId: place.shardId,
      partitionKey: userRecord.partitionKey,
      explicitHashKey: userRecord.explicitHashKey,
      sequenceNumber: position.sequenceNumber,
      subSequenceNumber: position.subSequenceNumber,
      arrivalTime: record.arrivalTime,
      userRecord,
      attempt,
      fencingToken,
      signal: aborted,
      markDone: () => this.mark(position),
    });
  }

  private mark(position: Position): void {
    if (!this.marked || comparePositions(position, this.marked) > 0) this.marked = position;
  }

  private untilOpen(): Promise<void> {
    return this.options.gate.passed(this.options.stopped).catch(() => undefined);
  }

  private mayStart(): boolean {
    return !this.options.stopped.aborted && this.options.mayStart();
  }

  private isDone(position: Position): boolean {
    const { finished } = this;
    if (finished) return comparePositions(position, finished) <= 0;
    const { resumeFrom } = this.options;
    return resumeFrom.type === 'SEQUENCE' && comparePositions(position, resumeFrom) <= 0;
  }

  private placeOf(position: Position): RecordPlace {
    return { ...this.options.place, ...position };
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === 'function';
}
