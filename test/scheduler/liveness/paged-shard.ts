import type { KinesisRecord } from '../../../src/client/kinesis-gateway.js';
import type { Checkpoint } from '../../../src/checkpointers/checkpoint.js';
import type { PageSource } from '../../../src/scheduler/prefetching-reader.js';
import type { ReadBudget } from '../../../src/scheduler/read-budget.js';
import { sizeOf } from '../../../src/scheduler/read-estimate.js';
import type { ShardRead } from '../../../src/scheduler/shard-reader.js';
import type { VirtualClock } from '../../../src/testing/virtual-clock.js';
import type { Dice } from '../../simulation/dice.js';

/** Milliseconds after an answer that brought nothing. */
const EMPTY_WAIT = 1_000;

/** What is put: the n-th user record of its key. */
export interface Payload {
  readonly key: string;
  readonly n: number;
}

/** A shard whose records arrive little by little, in Kinesis records of none to four user records. */
export class PagedShard {
  readonly log: readonly KinesisRecord[];
  readonly payloads: readonly Payload[];
  readonly ends: boolean;

  constructor(
    readonly shardId: string,
    private readonly clock: VirtualClock,
    private readonly dice: Dice,
    /** Milliseconds in which all of it arrives. */
    duration: number,
  ) {
    this.ends = dice.chance(0.5);
    const counts = new Map<string, number>();
    const payloads: Payload[] = [];
    const start = clock.wallTime();
    const arrivals = Array.from({ length: 5 + dice.below(40) }, () => start + dice.between(0, duration));
    this.log = arrivals
      .sort((a, b) => a - b)
      .map((arrivalTime, i) => {
        const key = `${shardId}-${dice.below(4)}`;
        const items = Array.from({ length: dice.pick([0, 1, 1, 2, 4]) }, (): Payload => {
          const n = counts.get(key) ?? 0;
          counts.set(key, n + 1);
          return { key, n };
        });
        payloads.push(...items);
        const data = Buffer.from(JSON.stringify(items));
        return { sequenceNumber: String(101 + i), data, partitionKey: key, arrivalTime };
      });
    this.payloads = payloads;
  }

  /** Reads from behind a checkpoint; in its middle, from the record it stands in. */
  source(checkpoint: Checkpoint, budget: ReadBudget): PageSource {
    const { clock, dice, log } = this;
    const reached = checkpoint.type === 'SEQUENCE' ? BigInt(checkpoint.sequenceNumber) : 0n;
    let next = log.findIndex(({ sequenceNumber }) => BigInt(sequenceNumber) >= reached);
    if (next < 0) next = log.length;
    let lastSuccess: number | undefined;
    let millisBehindLatest: number | undefined;
    let wait = 0;

    const fetch = async (limit: number, signal: AbortSignal): Promise<readonly KinesisRecord[]> => {
      await clock.sleep(dice.between(1, 20), signal);
      const arrived = log.filter(({ arrivalTime }) => arrivalTime <= clock.wallTime()).length;
      const records = log.slice(next, Math.min(arrived, next + limit));
      next += records.length;
      lastSuccess = clock.now();
      millisBehindLatest = next >= arrived ? 0 : 1_000;
      wait = records.length === 0 ? EMPTY_WAIT : dice.pick([0, 200]);
      return records;
    };

    const read = async (signal: AbortSignal, ahead: () => boolean): Promise<ShardRead> => {
      await clock.sleep(wait, signal);
      const room = await budget.reserve({ bytes: 200, records: 1 + dice.below(8) }, { signal, ahead });
      try {
        const records = await fetch(room.records, signal);
        const size = sizeOf(records);
        room.settle(size);
        return {
          records,
          bytes: size.bytes,
          millisBehindLatest: millisBehindLatest ?? 0,
          release: () => room.release(),
          ...(this.ends && next === log.length ? { ended: [] } : {}),
        };
      } catch (error) {
        room.release();
        throw error;
      }
    };
    return {
      read,
      get status() {
        return { millisBehindLatest, hasIterator: lastSuccess !== undefined, lastSuccess };
      },
    };
  }
}
