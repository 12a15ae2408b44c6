import type { Aggregator, PackedRecord, UserRecord } from '../../../src/aggregators/aggregator.js';
import { JsonAggregator } from '../../../src/aggregators/json-aggregator.js';
import type { KinesisRecord } from '../../../src/client/kinesis-gateway.js';
import type { Handler } from '../../../src/delivery/handler.js';
import type { DeliveredPage } from '../../../src/delivery/in-flight.js';
import { ShardDelivery, type ShardDeliveryOptions } from '../../../src/delivery/shard-delivery.js';
import type { KinesisEvent } from '../../../src/observability/kinesis-event.js';
import { Gate } from '../../../src/runtime/gate.js';
import { SeededRandom } from '../../../src/testing/seeded-random.js';
import { VirtualClock } from '../../../src/testing/virtual-clock.js';
import { bytesOf } from '../../../src/aggregators/serializers/utf8.js';

/** A JSON array in each Kinesis record, one user record per element; an object is no aggregate. */
export class ArrayAggregator extends JsonAggregator implements Aggregator {
  override unpack({ data, partitionKey }: PackedRecord): readonly UserRecord[] {
    const items = this.deserialize(data);
    if (!Array.isArray(items)) throw new TypeError('no array');
    return items.map((item) => ({ data: bytesOf(this.serialize(item)), partitionKey }));
  }
}

export function record(sequenceNumber: string | number, json: string, partitionKey = 'key'): KinesisRecord {
  return {
    sequenceNumber: String(sequenceNumber),
    data: Buffer.from(json),
    partitionKey,
    arrivalTime: 5_000,
  };
}

/** A page that knows whether its room was given back. */
export interface WatchedPage extends DeliveredPage {
  released: boolean;
}

export function page(records: readonly KinesisRecord[]): WatchedPage {
  const watched: WatchedPage = {
    records,
    released: false,
    release: () => (watched.released = true),
  };
  return watched;
}

/** Lets everything go on that does not wait for time. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A delivery on a virtual clock, and all that can be done to it from outside. */
export function deliveryFixture(handlers: readonly Handler[], options: Partial<ShardDeliveryOptions> = {}) {
  const clock = new VirtualClock();
  const events: KinesisEvent[] = [];
  const stop = new AbortController();
  const abort = new AbortController();
  const gate = new Gate();
  const lease = { held: true };
  const reader = { upTo: -Infinity, isRoomShort: false };
  const calls = { refused: 0, halted: 0 };
  const crashes: unknown[] = [];
  const delivery = new ShardDelivery({
    place: { stream: 'orders', application: 'app', shardId: 'shard-0' },
    handlers,
    aggregator: new JsonAggregator(),
    clock,
    random: new SeededRandom(1),
    report: (event) => events.push(event),
    fencingToken: 7,
    checkpointMode: 'auto',
    gate,
    resumeFrom: { type: 'TRIM_HORIZON' },
    stopped: stop.signal,
    aborted: abort.signal,
    mayStart: () => lease.held,
    isRoomShort: () => reader.isRoomShort,
    readUpTo: () => reader.upTo,
    trimHorizon: () => -Infinity,
    onRefused: () => {
      calls.refused++;
      stop.abort();
    },
    onHalted: () => {
      calls.halted++;
      delivery.dropUnread();
    },
    onCrash: (error) => {
      crashes.push(error);
      stop.abort();
    },
    ...options,
  });
  return {
    clock,
    events,
    stop,
    abort,
    gate,
    lease,
    reader,
    calls,
    crashes,
    delivery,
    eventTypes: () => events.map((event) => event.type),
    /** Hands records over, and lets the handlers go on as far as they come without time passing. */
    deliver: async (...records: readonly KinesisRecord[]): Promise<WatchedPage> => {
      const accepted = page(records);
      delivery.accept(accepted);
      await settled();
      return accepted;
    },
  };
}

/** Positions without aggregates. */
export function at(sequenceNumber: number | string, subSequenceNumber = 0) {
  return { sequenceNumber: String(sequenceNumber), subSequenceNumber };
}
