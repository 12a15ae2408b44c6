import type { ShardScheduler } from '../../src/scheduler/shard-scheduler.js';
import { recordingHandler } from '../support/scripted-handlers.js';
import { VirtualStream } from '../support/virtual-stream.js';

let stream: VirtualStream;

afterEach(() => stream.close());

/** How many leases each worker has, largest first. */
async function loads(): Promise<number[]> {
  const counts = new Map<string, number>();
  for (const { owner, checkpoint } of await stream.leases()) {
    if (owner !== undefined && checkpoint.type !== 'SHARD_END')
      counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  return [...counts.values()].sort((a, b) => b - a);
}

const handOffs = (): number => stream.eventsOf('hand-off-started').length;

function startWorkers(count: number, handle?: () => Promise<void>): ShardScheduler[] {
  const workers = Array.from({ length: count }, () => stream.worker([recordingHandler(handle)]));
  for (const worker of workers) worker.start();
  return workers;
}

it('workers that start together share the shards evenly', async () => {
  stream = await VirtualStream.create(10);
  startWorkers(4);

  await stream.clock.advance(10_000);

  expect(await loads()).toEqual([3, 3, 2, 2]);
});

it('a fifth worker has its share within two seconds, and then nothing moves any more', async () => {
  stream = await VirtualStream.create(12);
  startWorkers(4);
  await stream.clock.advance(20_000);
  const before = handOffs();

  startWorkers(1);
  await stream.clock.advance(2_000);

  expect(await loads()).toEqual([3, 3, 2, 2, 2]);
  expect(handOffs() - before).toBe(2);
  await stream.clock.advance(300_000);
  expect(handOffs() - before).toBe(2);
  expect(stream.eventsOf('shard-lost')).toEqual([]);
});

it('nobody handles a record twice when shards are handed off while records are handled', async () => {
  stream = await VirtualStream.create(4);
  const handler = recordingHandler(() => stream.clock.sleep(20));
  const [first, second] = [stream.worker([handler]), stream.worker([handler])];
  first.start();
  for (let i = 0; i < 200; i++) await stream.put([i], (i % 4) / 4);
  await stream.clock.advance(500);

  second.start();
  await stream.clock.advance(30_000);

  expect(second.heldShards).toHaveLength(2);
  expect([...handler.seen].sort((a, b) => Number(a) - Number(b))).toEqual([...Array(200).keys()]);
});

it('a worker takes no more than maxShardConsumers, and others no less than the rest', async () => {
  stream = await VirtualStream.create(6);
  const small = stream.worker([recordingHandler()], { settings: { maxShardConsumers: 1 } });
  small.start();
  startWorkers(1);

  await stream.clock.advance(10_000);

  expect(await loads()).toEqual([5, 1]);
});

it('the signal of a handler that outlives handOffTimeout aborts, and its record goes to the next owner', async () => {
  stream = await VirtualStream.create(2);
  const stuck = recordingHandler((_payload, { signal }) => untilAbort(signal));
  const [first, second] = [stream.worker([stuck]), stream.worker([recordingHandler()])];
  first.start();
  await stream.put(['a'], 0);
  await stream.put(['b'], 0.9);
  await stream.clock.advance(3_000);

  second.start();
  await stream.clock.advance(35_000);

  expect(stream.eventsOf('drain-timeout')).toHaveLength(1);
  expect(await loads()).toEqual([1, 1]);
  expect(stuck.contexts.filter(({ signal }) => signal.aborted)).toHaveLength(1);
});

it('a shard handed to a worker that died meanwhile is read again when its lease has expired', async () => {
  stream = await VirtualStream.create(2);
  const handler = recordingHandler();
  const [worker] = [stream.worker([handler])];
  worker.start();
  await stream.clock.advance(3_000);
  const scope = { application: 'app', streamName: 'orders' };
  const [asked] = await stream.leases();
  if (!asked) throw new Error('no lease');

  await stream.checkpointer.requestHandOff(scope, asked, 'a worker that is gone');
  await stream.clock.advance(2_000);
  expect(worker.heldShards).toHaveLength(1);
  await stream.clock.advance(17_000);

  expect(worker.heldShards).toHaveLength(2);
});

it('a request to an owner that died is forgotten when its lease has expired', async () => {
  stream = await VirtualStream.create(2);
  const [dead] = [stream.worker([recordingHandler()])];
  dead.start();
  await stream.clock.advance(3_000);
  stream.kill(dead);
  const survivor = stream.worker([recordingHandler()]);
  survivor.start();
  await stream.clock.advance(3_000);
  expect((await stream.leases()).filter((lease) => lease.handOffTo === survivor.workerId)).toHaveLength(1);

  await stream.clock.advance(15_000);

  expect(survivor.heldShards).toHaveLength(2);
  expect((await stream.leases()).filter((lease) => lease.handOffTo !== undefined)).toEqual([]);
});

it('a worker that stops takes back what it asked for', async () => {
  stream = await VirtualStream.create(2);
  const slow = recordingHandler(() => stream.clock.sleep(20_000));
  const [first, second] = [stream.worker([slow]), stream.worker([recordingHandler()])];
  first.start();
  await stream.put(['a'], 0);
  await stream.put(['b'], 0.9);
  await stream.clock.advance(3_000);
  second.start();
  await stream.clock.advance(1_000);
  expect((await stream.leases()).some((lease) => lease.handOffTo === second.workerId)).toBe(true);

  await stream.stop(second);

  expect((await stream.leases()).some((lease) => lease.handOffTo === second.workerId)).toBe(false);
});

function untilAbort(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
