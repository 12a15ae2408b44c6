import type {
  IteratorPosition,
  KinesisRecord,
  RecordsPage,
  ShardDescription,
  StreamRef,
} from '../../../client/kinesis-gateway.js';
import { ExpiredIteratorError } from '../../../errors.js';
import { type KinesisConnection, streamRef } from '../kinesis-connection.js';
import type { FoundLetter, LetterBatch, LetterSource } from '../letter-source.js';
import { LettersRead } from '../letters-read.js';
import { ProgressFile } from '../progress-file.js';
import type { OpenSource } from '../sources.js';

/** Milliseconds between GetRecords calls of a shard: it takes five in a second (AWS limit). */
const READ_INTERVAL = 200;

/** Records of an answer at most: some megabytes of letters. */
const READ_LIMIT = 1_000;

/** A letter is stored after its record failed: but that is on the clock of its worker, in milliseconds, perhaps ahead. */
const MAX_SKEW = 600_000;

export const openKinesis: OpenSource = async (name, { progress, filter }, connection) => {
  const stream = streamRef(name);
  const never = new AbortController().signal;
  const { serviceTime } = await connection.retried(never, () => connection.gateway.describeStream(stream));
  const { since } = filter;
  return new KinesisSource({
    connection,
    stream,
    // It comes in whole seconds, rounded down.
    until: serviceTime + 1_000,
    start:
      since === undefined ? { type: 'TRIM_HORIZON' } : { type: 'AT_TIMESTAMP', timestamp: since - MAX_SKEW },
    progress: await ProgressFile.open(progress ?? `${stream.name}.redriven`),
  });
};

interface KinesisSourceOptions {
  readonly connection: KinesisConnection;
  readonly stream: StreamRef;
  /** What arrived later is left: a record that fails again would come back for ever. In wall time of the service. */
  readonly until: number;
  readonly start: IteratorPosition;
  readonly progress: ProgressFile;
}

class KinesisSource implements LetterSource {
  readonly label: string;

  constructor(private readonly options: KinesisSourceOptions) {
    this.label = `stream ${options.stream.name}`;
  }

  async *batches(signal: AbortSignal): AsyncGenerator<LetterBatch> {
    const { connection, stream } = this.options;
    const shards = await connection.retried(signal, () => connection.gateway.listShards(stream, signal));
    for (const { shardId } of parentsFirst(shards)) yield* this.lettersOf(shardId, signal);
  }

  async done(letters: readonly FoundLetter[]): Promise<void> {
    await this.options.progress.add(letters.map(({ letter }) => letter));
  }

  async close(): Promise<void> {
    await this.options.progress.close();
  }

  private async *lettersOf(shardId: string, signal: AbortSignal): AsyncGenerator<LetterBatch> {
    const { connection, until, progress } = this.options;
    let position = this.options.start;
    let iterator: string | undefined = await this.iteratorAt(shardId, position, signal);
    while (iterator !== undefined) {
      const page: RecordsPage | undefined = await this.pageAt(iterator, signal);
      if (page === undefined) {
        iterator = await this.iteratorAt(shardId, position, signal);
        continue;
      }
      const due = page.records.filter(({ arrivalTime }) => arrivalTime <= until);
      yield* batchesOf(due, shardId, progress);
      const last = page.records.at(-1);
      if (last) position = { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: last.sequenceNumber };
      if (due.length < page.records.length || page.millisBehindLatest === 0) return;
      iterator = page.nextIterator;
      await connection.clock.sleep(READ_INTERVAL, signal);
    }
  }

  private iteratorAt(shardId: string, position: IteratorPosition, signal: AbortSignal): Promise<string> {
    const { connection, stream } = this.options;
    const { gateway } = connection;
    return connection.retried(signal, () => gateway.getShardIterator(stream, shardId, position, signal));
  }

  /** Undefined when the iterator has expired, while records were put back or their rate was kept. */
  private async pageAt(iterator: string, signal: AbortSignal): Promise<RecordsPage | undefined> {
    const { connection, stream } = this.options;
    const { gateway } = connection;
    try {
      return await connection.retried(signal, () => gateway.getRecords(stream, iterator, READ_LIMIT, signal));
    } catch (error) {
      if (error instanceof ExpiredIteratorError) return undefined;
      throw error;
    }
  }
}

function* batchesOf(
  records: readonly KinesisRecord[],
  shardId: string,
  progress: ProgressFile,
): Generator<LetterBatch> {
  const begin = (): LettersRead => new LettersRead((letter) => progress.has(letter));
  let batch = begin();
  for (const { data, sequenceNumber } of records) {
    batch.add(data, `${shardId} ${sequenceNumber}`);
    if (!batch.isFull) continue;
    yield batch;
    batch = begin();
  }
  yield batch;
}

/** Letters of a partition key go on in a child shard where the parent ends. */
function parentsFirst(shards: readonly ShardDescription[]): ShardDescription[] {
  const byId = new Map(shards.map((shard) => [shard.shardId, shard]));
  const ordered = new Set<ShardDescription>();
  const visit = (shard: ShardDescription): void => {
    for (const id of shard.parentShardIds) {
      const parent = byId.get(id);
      if (parent) visit(parent);
    }
    ordered.add(shard);
  };
  shards.forEach(visit);
  return [...ordered];
}
