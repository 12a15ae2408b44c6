import type { KinesisContext } from '../../src/delivery/kinesis-context.js';
import { compareCheckpoints } from '../../src/checkpointers/checkpoint.js';
import type { Lease } from '../../src/checkpointers/checkpointer.js';
import { recordingHandler } from '../support/scripted-handlers.js';
import { VirtualProcess } from '../support/virtual-process.js';
import { SETTINGS, VirtualStream } from '../support/virtual-stream.js';

const MINUTE = 60_000;

let stream: VirtualStream;

afterEach(() => stream.close());

interface Start {
  readonly worker: string;
  readonly payload: unknown;
  readonly token: number;
}

/** Workers whose every start of a handler is kept, in the order of time. */
function startWorkers(...processes: VirtualProcess[]): Start[] {
  const starts: Start[] = [];
  for (const [i, process] of processes.entries()) {
    const handle = async (payload: unknown, { fencingToken }: KinesisContext): Promise<void> => {
      starts.push({ worker: `w${i}`, payload, token: fencingToken });
      await process.clock.sleep(100);
    };
    stream.worker([recordingHandler(handle)], { process }).start();
  }
  return starts;
}

const leaseOfShard = async (): Promise<Lease> => {
  const [lease] = await stream.leases();
  if (!lease) throw new Error('there is no lease');
  return lease;
};

it.each([30_000, 5 * MINUTE])(
  'a worker whose event loop stood still for %i ms starts nothing, rewinds nothing, and its successor goes on',
  async (standstill) => {
    stream = await VirtualStream.create(1);
    const [owner, other] = [new VirtualProcess(stream.clock), new VirtualProcess(stream.clock)];
    const starts = startWorkers(owner);
    await stream.put(Array.from({ length: 40 }, (_, n) => n));
    await stream.clock.advance(2_500);
    const zombie = [...starts];
    expect(zombie.length).toBeGreaterThan(5);
    owner.freeze();
    const heir = startWorkers(other);
    let checkpoint = (await leaseOfShard()).checkpoint;
    const advance = async (duration: number): Promise<void> => {
      for (let passed = 0; passed < duration; passed += 500) {
        await stream.clock.advance(500);
        const { checkpoint: next } = await leaseOfShard();
        expect(compareCheckpoints(next, checkpoint)).toBeGreaterThanOrEqual(0);
        checkpoint = next;
      }
    };
    await advance(standstill);
    const { owner: taken } = await leaseOfShard();
    owner.thaw();
    await advance(10_000);

    expect(starts).toEqual(zombie);
    expect(heir.at(-1)).toMatchObject({ payload: 39 });
    expect(heir[0]?.token).toBeGreaterThan(zombie[0]?.token ?? Infinity);
    // It goes on at the checkpoint, which is no older than its interval.
    expect(Number(heir[0]?.payload)).toBeGreaterThan(zombie.length - 2 - SETTINGS.checkpointInterval / 100);
    expect((await leaseOfShard()).owner).toBe(taken);
  },
);

it('wall clocks that are wrong by ten minutes either way move no lease and repeat nothing', async () => {
  stream = await VirtualStream.create(3);
  const skews = [-10 * MINUTE, 0, 10 * MINUTE];
  const starts = startWorkers(...skews.map((skew) => new VirtualProcess(stream.clock, skew)));
  await stream.clock.advance(30_000);
  const assigned = stream.eventsOf('shard-assigned').length;
  let n = 0;
  for (let second = 0; second < 300; second++) {
    await stream.put([n++], (second % 10) / 10);
    await stream.clock.advance(1_000);
  }
  await stream.clock.advance(5_000);
  expect(stream.eventsOf('shard-assigned')).toHaveLength(assigned);
  expect(starts.map(({ payload }) => payload).sort((a, b) => Number(a) - Number(b))).toEqual([
    ...Array(n).keys(),
  ]);
});

it('a skewed wall clock neither hastens nor delays a take-over', async () => {
  stream = await VirtualStream.create(1);
  const [dead, ahead, behind] = [0, 10 * MINUTE, -10 * MINUTE].map(
    (skew) => new VirtualProcess(stream.clock, skew),
  );
  if (!dead || !ahead || !behind) throw new Error('unreachable');
  startWorkers(dead);
  await stream.clock.advance(3_000);
  const heirs = startWorkers(ahead, behind);
  await stream.put(['before']);
  await stream.clock.advance(10_000);
  dead.crash();
  await stream.put(['after']);
  await stream.clock.advance(SETTINGS.sessionTimeout - SETTINGS.heartbeatFrequency - 1_000);
  expect(heirs).toEqual([]);
  await stream.clock.advance(SETTINGS.heartbeatFrequency + 3_000);
  expect(heirs.map(({ payload }) => payload)).toEqual(['after']);
});

it('without a network, calls are tried less and less often, and reading goes on when it is back', async () => {
  stream = await VirtualStream.create(1);
  const handler = recordingHandler();
  stream.worker([handler]).start();
  await stream.clock.advance(3_000);
  const fault = stream.faults.add({
    operation: ['GetRecords', 'GetShardIterator', 'ListShards', 'DescribeStreamSummary'],
    cut: 'before',
  });
  await stream.put(['a']);
  await stream.clock.advance(5 * MINUTE);
  expect(fault.hits).toBeGreaterThan(10);
  expect(fault.hits).toBeLessThan(100);
  fault.remove();
  await stream.clock.advance(11_000);
  expect(handler.seen).toEqual(['a']);
});
