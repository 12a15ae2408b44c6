import type { Checkpoint } from '../../src/checkpointers/checkpoint.js';
import type { KinesisGateway, KinesisRecord, RecordsPage } from '../../src/client/kinesis-gateway.js';
import { PollingReader, type PollingReaderOptions } from '../../src/scheduler/polling-reader.js';
import { PrefetchingReader } from '../../src/scheduler/prefetching-reader.js';
import { MAX_FETCHES, ReadBudget } from '../../src/scheduler/read-budget.js';
import type { ShardReader } from '../../src/scheduler/shard-reader.js';
import { VirtualStream } from './virtual-stream.js';

export const MEBIBYTE = 1024 * 1024;

interface Call {
  readonly operation: 'GetShardIterator' | 'GetRecords';
  /** On the virtual clock. */
  readonly at: number;
  /** What GetRecords was limited to. */
  readonly limit?: number;
}

/** One shard of a local stream on a virtual clock, and readers of it whose calls are counted. */
export class ReaderFixture {
  readonly calls: Call[] = [];
  readonly budget = new ReadBudget({
    maxBytes: 64 * MEBIBYTE,
    maxRecords: 100_000,
    maxFetches: MAX_FETCHES,
  });
  /** Ends every read. */
  readonly stop = new AbortController();
  /** What becomes of an answer before the reader sees it. */
  alter: (page: RecordsPage) => RecordsPage = (page) => page;

  private constructor(readonly stream: VirtualStream) {}

  static async create(): Promise<ReaderFixture> {
    return new ReaderFixture(await VirtualStream.create(1));
  }

  get clock() {
    return this.stream.clock;
  }

  polling(options: Partial<PollingReaderOptions> = {}): PollingReader {
    const { stream } = this;
    return new PollingReader({
      gateway: this.gateway(),
      stream: stream.ref,
      place: { stream: 'orders', application: 'app', shardId: 'shardId-000000000000' },
      clock: stream.clock,
      random: stream.random,
      report: (event) => stream.events.push(event),
      budget: this.budget,
      checkpoint: { type: 'TRIM_HORIZON' },
      recordLimit: 10_000,
      shardFetchRate: 1,
      sleepTimeNoRecords: 1_000,
      onDataLoss: 'oldest',
      listChildren: () => Promise.resolve([]),
      ...options,
    });
  }

  reader(options: Partial<PollingReaderOptions> = {}): ShardReader {
    return new PrefetchingReader(this.polling(options));
  }

  /** Puts JSON values, a record each. */
  async put(...values: unknown[]): Promise<void> {
    for (const value of values) {
      const Data = Buffer.from(JSON.stringify(value));
      await this.stream.engine.execute('PutRecord', { StreamName: 'orders', PartitionKey: 'key', Data });
    }
  }

  /** Puts records of 1 MiB, as fast as the shard takes them: one a second. */
  async putLarge(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      await this.put('x'.repeat(MEBIBYTE - 5));
      await this.clock.advance(1_001);
    }
  }

  /** The checkpoint that says everything put so far is done. */
  checkpointAtLast(): Checkpoint {
    const last = [...this.stream.engine.records('orders')].at(-1);
    return { type: 'SEQUENCE', sequenceNumber: last?.sequenceNumber ?? '', subSequenceNumber: 0 };
  }

  /** Reads on and on, releasing each page; what came so far is in the list. */
  readAll(reader: ShardReader): { records: KinesisRecord[]; values: unknown[]; error?: unknown } {
    const result: { records: KinesisRecord[]; values: unknown[]; error?: unknown } = {
      records: [],
      values: [],
    };
    const run = async (): Promise<void> => {
      for (;;) {
        const page = await reader.read(this.stop.signal);
        result.records.push(...page.records);
        result.values.push(...page.records.map(valueOf));
        page.release();
        if (page.ended) return;
      }
    };
    run().catch((error: unknown) => {
      if (!this.stop.signal.aborted) result.error = error;
    });
    return result;
  }

  timesOf(operation: Call['operation']): number[] {
    return this.calls.filter((call) => call.operation === operation).map((call) => call.at);
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.stream.close();
  }

  private gateway(): KinesisGateway {
    const { gateway } = this.stream;
    return {
      describeStream: (...args) => gateway.describeStream(...args),
      createStream: (...args) => gateway.createStream(...args),
      listShards: (...args) => gateway.listShards(...args),
      putRecords: (...args) => gateway.putRecords(...args),
      getShardIterator: (...args) => {
        this.calls.push({ operation: 'GetShardIterator', at: this.clock.now() });
        return gateway.getShardIterator(...args);
      },
      getRecords: async (...args) => {
        this.calls.push({ operation: 'GetRecords', at: this.clock.now(), limit: args[2] });
        return this.alter(await gateway.getRecords(...args));
      },
    };
  }
}

export function valueOf({ data }: KinesisRecord): unknown {
  return JSON.parse(Buffer.from(data).toString());
}
