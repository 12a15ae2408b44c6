import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import type { BenchedStore } from './stores.js';
import type { WorkerSettings } from './worker.js';

const SHARDS = 8;

/** Milliseconds between two records of each shard: the resolution. */
const PACE = 200;

/** Milliseconds after which something is wrong. */
const PATIENCE = 90_000;

/** Two workers share a stream, one of them is killed: milliseconds until the other has a record of its last shard. */
export async function timeTakeOver({ address }: BenchedStore, round: number): Promise<number> {
  const kinesis = await LocalKinesis.start({ streams: { orders: { shards: SHARDS } } });
  const stop = keepPutting(kinesis);
  /** Which worker was the last to handle a record of each shard. */
  const latest = new Map<string, ChildProcess>();
  const settings = { store: address, application: `kill-${round}`, endpoint: kinesis.clientConfig.endpoint };
  const workers = [startWorker(settings, latest), startWorker(settings, latest)] as const;
  const [victim, heir] = workers;
  const owned = (worker: ChildProcess): number =>
    [...latest.values()].filter((each) => each === worker).length;
  try {
    await until(() => owned(victim) === SHARDS / 2 && owned(heir) === SHARDS / 2);
    // The heir sees the victim's leases renewed for a while, as in any other life.
    await delay(5_000);
    victim.kill('SIGKILL');
    const start = performance.now();
    await until(() => owned(heir) === SHARDS);
    return performance.now() - start;
  } finally {
    for (const worker of workers) await end(worker);
    await stop();
    await kinesis.stop();
  }
}

function startWorker(settings: WorkerSettings, latest: Map<string, ChildProcess>): ChildProcess {
  const program = join(import.meta.dirname, 'worker.js');
  const worker = spawn(process.execPath, [program, JSON.stringify(settings)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // It would say of each worker that Node 20 will not be supported for ever.
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  });
  createInterface({ input: worker.stdout }).on('line', (shardId) => latest.set(shardId, worker));
  return worker;
}

/** @returns what ends it */
function keepPutting(kinesis: LocalKinesis): () => Promise<void> {
  const client = kinesis.client();
  const width = 2n ** 128n / BigInt(SHARDS);
  const Records = Array.from({ length: SHARDS }, (_, i) => ({
    Data: Buffer.from('{}'),
    PartitionKey: 'bench',
    ExplicitHashKey: String(BigInt(i) * width),
  }));
  let isOver = false;
  const putting = (async () => {
    while (!isOver) {
      await client.send(new PutRecordsCommand({ StreamName: 'orders', Records }));
      await delay(PACE);
    }
  })();
  return async () => {
    isOver = true;
    await putting;
    client.destroy();
  };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('the workers did not come to share the stream');
    await delay(20);
  }
}

async function end(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const exit = once(worker, 'exit');
  worker.kill('SIGKILL');
  await exit;
}
