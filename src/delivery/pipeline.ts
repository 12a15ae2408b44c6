import { KinesisConfigurationError } from '../errors.js';
import { Deque } from '../runtime/deque.js';
import { BatchLane } from './batch-lane.js';
import type { InFlight } from './in-flight.js';
import type { InFlightRecord } from './in-flight-record.js';
import { hashOfKey } from './key-hash.js';
import type { Feed, Lane, LaneOptions } from './lane.js';
import { RecordLane } from './record-lane.js';

export interface PipelineOptions extends Omit<LaneOptions, 'feed'> {
  inFlight: InFlight;
}

/**
 * One handler's way through a shard. It goes through the records at its own pace and spreads them over lanes: those of
 * one key always to the same lane, which is what keeps them in order; or, where nothing is to be ordered, to whichever
 * lane is free.
 */
export class Pipeline {
  readonly lanes: readonly Lane[];
  /** Index of the next record to take. */
  private index = 0;
  /** The records of each lane that others have come across; only with keys. */
  private readonly queues: readonly Deque<InFlightRecord>[];
  /** Why a record cannot be handed over; empty but for the failures of the app's own functions. */
  private readonly refused = new Map<InFlightRecord, unknown>();

  constructor(private readonly options: PipelineOptions) {
    const { lanes } = options.handler;
    const indexes = Array.from({ length: lanes.concurrency }, (_, index) => index);
    this.queues = indexes.map(() => new Deque());
    const isKeyed = lanes.orderBy === 'partition-key' || typeof lanes.orderBy === 'function';
    this.lanes = indexes.map((index) => this.createLane(isKeyed && indexes.length > 1 ? index : undefined));
  }

  wake(): void {
    for (const lane of this.lanes) lane.wake();
  }

  /** @param index - of the lane, where records belong to lanes */
  private createLane(index: number | undefined): Lane {
    const { inFlight, ...options } = this.options;
    const feed: Feed = {
      next: index === undefined ? () => this.take() : () => this.takeFor(index),
      get isDry() {
        return inFlight.isDry;
      },
      payloadOf: (record) => this.payloadOf(record),
      finish: (record) => this.finish(record),
    };
    const { shape } = options.handler;
    if (shape.type === 'batch') return new BatchLane({ ...options, feed }, shape);
    return new RecordLane({ ...options, feed });
  }

  private take(): InFlightRecord | undefined {
    const { inFlight, starts } = this.options;
    if (starts.isStopped && this.index > starts.reached) return undefined;
    const record = inFlight.at(this.index);
    if (record) this.index++;
    return record;
  }

  private takeFor(lane: number): InFlightRecord | undefined {
    const own = this.queues[lane]?.shift();
    if (own) return own;
    for (let record = this.take(); record; record = this.take()) {
      const owner = this.laneOf(record);
      if (owner === lane) return record;
      this.queues[owner]?.push(record);
      this.lanes[owner]?.wake();
    }
    return undefined;
  }

  private laneOf(record: InFlightRecord): number {
    const { name, lanes } = this.options.handler;
    let key: unknown = record.userRecord.partitionKey;
    if (typeof lanes.orderBy === 'function' && record.isReadable) {
      try {
        key = lanes.orderBy(record.payload);
      } catch (cause) {
        const problem = `The "orderBy" function of ${name} threw for this record.`;
        this.refused.set(record, new KinesisConfigurationError(problem, { cause }));
      }
    }
    return hashOfKey(String(key)) % this.lanes.length;
  }

  private payloadOf(record: InFlightRecord): unknown {
    if (this.refused.size > 0 && this.refused.has(record)) throw this.refused.get(record);
    return record.payload;
  }

  private finish(record: InFlightRecord): void {
    if (this.refused.size > 0) this.refused.delete(record);
    this.options.inFlight.finish(record);
  }
}
