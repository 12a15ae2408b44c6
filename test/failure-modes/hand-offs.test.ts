import type { CallTwist } from '../support/virtual-process.js';
import { recordingHandler } from '../support/scripted-handlers.js';
import { VirtualProcess } from '../support/virtual-process.js';
import { SETTINGS, VirtualStream } from '../support/virtual-stream.js';

/** Until a shard whose worker died must be read again, in milliseconds: session timeout, list interval, one second. */
const BOUND = SETTINGS.sessionTimeout + 1_000 + 1_000;

let stream: VirtualStream;

afterEach(() => stream.close());

describe('a hand-off', () => {
  const steps = [
    { step: 'the request', operation: 'requestHandOff', by: 'asker' },
    { step: 'the last checkpoint', operation: 'checkpoint', by: 'owner' },
    { step: 'giving the lease up', operation: 'release', by: 'owner' },
    { step: 'taking it over', operation: 'acquire', by: 'asker' },
  ] as const;
  const cases = steps.flatMap(({ step, operation, by }) =>
    (['before', 'after'] as const).flatMap((when) =>
      (['owner', 'asker'] as const).map((victim) => ({ step, operation, by, when, victim })),
    ),
  );

  it.each(cases)(
    'is survived when the $victim dies right $when $step',
    async ({ operation, by, when, victim }) => {
      stream = await VirtualStream.create(2);
      const owner = new VirtualProcess(stream.clock);
      const asker = new VirtualProcess(stream.clock);
      const [dying, living] = victim === 'owner' ? [owner, asker] : [asker, owner];
      const handled = new Map<VirtualProcess, unknown[]>();
      const start = (process: VirtualProcess): void => {
        const handler = recordingHandler(() => process.clock.sleep(50));
        handled.set(process, handler.seen);
        stream.worker([handler], { process }).start();
      };
      start(owner);
      await stream.clock.advance(5_000);
      await stream.put(['a', 'b'], 0);
      await stream.put(['c', 'd'], 0.9);
      let diedAt: number | undefined;
      const dies: CallTwist = async (effect) => {
        if (when === 'after') await effect();
        diedAt = stream.clock.now();
        dying.crash();
        return by === victim ? undefined : effect();
      };
      // Once the asker is there: what the owner did before was no step of the hand-off.
      start(asker);
      (by === 'owner' ? owner : asker).twist(operation, dies);
      for (let i = 0; i < 100 && diedAt === undefined; i++) await stream.clock.advance(100);
      expect(diedAt).toBeDefined();

      await stream.put(['late left'], 0);
      await stream.put(['late right'], 0.9);
      await stream.clock.advance(BOUND);
      expect(handled.get(living)).toEqual(expect.arrayContaining(['late left', 'late right']));
    },
  );

  it('is done by the owner, however long it took to hear of it, and repeats nothing', async () => {
    stream = await VirtualStream.create(4);
    const handler = recordingHandler(() => stream.clock.sleep(40));
    stream.worker([handler]).start();
    await stream.clock.advance(5_000);
    let n = 0;
    for (let i = 0; i < 60; i++) {
      if (i === 10) stream.worker([handler]).start();
      if (i === 30) stream.worker([handler]).start();
      for (const fraction of [0, 0.3, 0.6, 0.9]) await stream.put([n++], fraction);
      await stream.clock.advance(250);
    }
    await stream.clock.advance(10_000);
    expect(stream.eventsOf('hand-off-started').length).toBeGreaterThanOrEqual(3);
    expect([...handler.seen].sort((a, b) => Number(a) - Number(b))).toEqual([...Array(n).keys()]);
  });
});

describe('balance', () => {
  const heldBy = (workers: readonly { heldShards: string[] }[]): number[] =>
    workers.map((worker) => worker.heldShards.length);

  it.each([
    { workers: 2, shards: 7 },
    { workers: 3, shards: 8 },
    { workers: 5, shards: 12 },
    { workers: 6, shards: 3 },
  ])(
    'of $shards shards on $workers workers is found within seconds, and then nothing moves',
    async (size) => {
      stream = await VirtualStream.create(size.shards);
      const workers = Array.from({ length: size.workers }, () => stream.worker([recordingHandler()]));
      for (const worker of workers) {
        worker.start();
        await stream.clock.advance(130);
      }
      await stream.clock.advance(5_000);
      const loads = heldBy(workers);
      expect(loads.reduce((sum, load) => sum + load)).toBe(size.shards);
      expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
      const assigned = stream.eventsOf('shard-assigned').length;
      await stream.clock.advance(300_000);
      expect(stream.eventsOf('shard-assigned')).toHaveLength(assigned);
    },
  );

  it.each([
    { workers: 2, shards: 8, moves: 2 },
    { workers: 3, shards: 12, moves: 3 },
    { workers: 4, shards: 10, moves: 2 },
    { workers: 4, shards: 4, moves: 0 },
  ])(
    'a worker that joins $workers with $shards shards costs $moves moves, no more, and nothing moves on',
    async ({ workers: count, shards, moves }) => {
      stream = await VirtualStream.create(shards);
      for (let i = 0; i < count; i++) stream.worker([recordingHandler()]).start();
      await stream.clock.advance(10_000);
      const before = stream.eventsOf('shard-assigned').length;
      const newcomer = stream.worker([recordingHandler()]);
      newcomer.start();
      await stream.clock.advance(4_000);
      expect(newcomer.heldShards).toHaveLength(moves);
      await stream.clock.advance(120_000);
      expect(stream.eventsOf('shard-assigned').length - before).toBe(moves);
    },
  );
});
