import { setTimeout as delay } from 'node:timers/promises';
import { ListShardsCommand, PutRecordsCommand, type PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import { JsonSerializer, KplAggregator } from 'nestjs-kinesis';
import type { BenchKinesis } from './local-kinesis.js';
import { type Command, Program, type Task } from './program.js';

export const SHARDS = 4;

export type Victim = 'older' | 'younger';

/** What became of the shards when one of two consumers was killed. */
export interface TakeOver {
  /** Shards that the older and the younger process had, before. */
  readonly shares: readonly [number, number];
  /** Which was killed. */
  readonly killed: Victim;
  /** Milliseconds from the kill until the other had handled a record of each shard; undefined when it never did. */
  readonly time: number | undefined;
}

/** Milliseconds between two records of each shard: the resolution. */
const PACE = 200;
/** Milliseconds until one has all shards. */
const START = 240_000;
/** Milliseconds in which two consumers share, if they do. */
const SHARING = 180_000;
/** Milliseconds after which nobody comes any more. */
const PATIENCE = 400_000;

/** @param victim - which of the two processes is killed, if it has any shards: else the other */
export async function timeTakeOver(
  name: string,
  command: Command,
  task: Task,
  kinesis: BenchKinesis,
  victim: Victim,
): Promise<TakeOver> {
  const stream = task.BENCH_STREAM;
  await kinesis.createStream(stream, SHARDS);
  const stop = await keepPutting(kinesis, stream);
  /** Which program was the last to handle a record of each shard. */
  const latest = new Map<number, Program>();
  const start = (): Program => {
    const program = Program.start(
      `${name}-${starts++}`,
      command,
      { ...task, BENCH_TELL: 'shards' },
      (line) => {
        const shard = /^shard (\d+)$/.exec(line)?.[1];
        if (shard !== undefined) latest.set(Number(shard), program);
      },
    );
    return program;
  };
  let starts = 0;
  const shardsOf = (program: Program): number =>
    [...latest.values()].filter((each) => each === program).length;
  const older = start();
  const programs = [older];
  try {
    await until(() => shardsOf(older) === SHARDS, START);
    const younger = start();
    programs.push(younger);
    await until(() => shardsOf(older) === SHARDS / 2 && shardsOf(younger) === SHARDS / 2, SHARING);
    // The survivor sees the other's leases renewed for a while, as in any other life.
    await delay(5_000);
    const shares = [shardsOf(older), shardsOf(younger)] as const;
    const killed = victim === 'younger' && shares[1] > 0 ? 'younger' : 'older';
    const survivor = killed === 'older' ? younger : older;
    await (killed === 'older' ? older : younger).kill();
    const begin = performance.now();
    const isComplete = await until(() => shardsOf(survivor) === SHARDS, PATIENCE);
    return { shares, killed, time: isComplete ? performance.now() - begin : undefined };
  } finally {
    for (const program of programs) await program.kill();
    await stop();
  }
}

/** A record for each shard, again and again; returns what ends that. */
async function keepPutting({ client }: BenchKinesis, StreamName: string): Promise<() => Promise<void>> {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName }));
  const Records = Shards.map(({ HashKeyRange }, shard) =>
    aggregateOf(shard, HashKeyRange?.StartingHashKey ?? ''),
  );
  const over = new AbortController();
  const putting = (async () => {
    while (!over.signal.aborted) {
      await client.send(new PutRecordsCommand({ StreamName, Records }));
      await delay(PACE);
    }
  })();
  return async () => {
    over.abort();
    await putting;
  };
}

/** async-kinesis takes every record for an aggregate. */
function aggregateOf(shard: number, explicitHashKey: string): PutRecordsRequestEntry {
  const aggregator = new KplAggregator(new JsonSerializer(), { alone: 'aggregated' });
  const aggregate = aggregator.packing.open();
  aggregate.tryAdd(
    { data: Buffer.from(aggregator.serialize({ shard })), partitionKey: 'any', explicitHashKey },
    10_000,
  );
  const [sealed] = aggregate.seal();
  if (!sealed) throw new Error('an aggregate with a record in it came to nothing');
  return { Data: sealed.data, PartitionKey: sealed.partitionKey, ExplicitHashKey: explicitHashKey };
}

async function until(isSo: () => boolean, patience: number): Promise<boolean> {
  const deadline = performance.now() + patience;
  while (!isSo() && performance.now() < deadline) await delay(20);
  return isSo();
}
