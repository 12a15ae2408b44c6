import type { Checkpointer } from '../../src/checkpointers/checkpointer.js';
import { recordingHandler } from '../support/scripted-handlers.js';
import { VirtualStream } from '../support/virtual-stream.js';

let stream: VirtualStream;

afterEach(() => stream.close());

/** The store as seen by a worker whose network is cut from time to time. */
function cuttable(store: Checkpointer): Checkpointer & { cut: boolean } {
  const guarded = {
    name: 'cuttable',
    cut: false,
    create: (...args) => reach(() => store.create(...args)),
    list: (...args) => reach(() => store.list(...args)),
    acquire: (...args) => reach(() => store.acquire(...args)),
    renew: (...args) => reach(() => store.renew(...args)),
    checkpoint: (...args) => reach(() => store.checkpoint(...args)),
    release: (...args) => reach(() => store.release(...args)),
    delete: (...args) => reach(() => store.delete(...args)),
  } as Checkpointer & { cut: boolean };
  const reach = async <T>(call: () => Promise<T>): Promise<T> => {
    if (guarded.cut) throw new Error('store unreachable');
    return call();
  };
  return guarded;
}

it('reads every shard from its beginning and checkpoints what is handled', async () => {
  stream = await VirtualStream.create(2);
  await stream.put(['a', 'b'], 0);
  await stream.put(['c'], 0.5);
  const handler = recordingHandler();
  stream.worker([handler]).start();
  await stream.clock.advance(5_000);
  expect([...handler.seen].sort()).toEqual(['a', 'b', 'c']);
  for (const lease of await stream.leases()) expect(lease.checkpoint.type).toBe('SEQUENCE');
});

it('goes on where it stopped, with neither gap nor repetition', async () => {
  stream = await VirtualStream.create(1);
  await stream.put(['a', 'b']);
  const first = recordingHandler();
  const worker = stream.worker([first]);
  worker.start();
  await stream.clock.advance(3_000);
  await stream.stop(worker);
  await stream.put(['c']);
  const second = recordingHandler();
  stream.worker([second]).start();
  await stream.clock.advance(3_000);
  expect([first.seen, second.seen]).toEqual([['a', 'b'], ['c']]);
});

it('leaves what was not started to the next worker, in order', async () => {
  stream = await VirtualStream.create(1);
  await stream.put(['a', 'b', 'c']);
  const slow = recordingHandler(() => stream.clock.sleep(700));
  const worker = stream.worker([slow]);
  worker.start();
  await stream.clock.advance(500);
  await stream.stop(worker);
  expect(slow.seen).toEqual(['a']);
  const next = recordingHandler();
  stream.worker([next]).start();
  await stream.clock.advance(3_000);
  expect(next.seen).toEqual(['b', 'c']);
});

describe('resharding', () => {
  it('reads a split shard to its end before its children', async () => {
    stream = await VirtualStream.create(1);
    await stream.put(['before 1', 'before 2']);
    await stream.split('shardId-000000000000');
    await stream.put(['left'], 0);
    await stream.put(['right'], 0.9);
    const slow = recordingHandler(() => stream.clock.sleep(2_000));
    stream.worker([slow]).start();
    await stream.clock.advance(20_000);
    expect(slow.seen.slice(0, 2)).toEqual(['before 1', 'before 2']);
    expect(slow.seen.slice(2).sort()).toEqual(['left', 'right']);
    const [parent] = await stream.leases();
    expect(parent?.checkpoint).toEqual({ type: 'SHARD_END' });
    expect(parent?.owner).toBeUndefined();
  });

  it('reads a merged shard only when both its parents are drained, though another worker drains one', async () => {
    stream = await VirtualStream.create(2);
    const [left = '', right = ''] = await stream.shardIds();
    await stream.put(['left 1', 'left 2', 'left 3'], 0);
    await stream.put(['right'], 0.9);
    await stream.merge(left, right);
    await stream.put(['merged'], 0.2);
    const order: unknown[] = [];
    const handler = () =>
      recordingHandler(async (payload) => {
        await stream.clock.sleep(String(payload).startsWith('left') ? 4_000 : 10);
        order.push(payload);
      });
    stream.worker([handler()], { settings: { maxShardConsumers: 1 } }).start();
    stream.worker([handler()], { settings: { maxShardConsumers: 1 } }).start();
    await stream.clock.advance(40_000);
    expect(order).toEqual(['right', 'left 1', 'left 2', 'left 3', 'merged']);
  });

  it('believes in the end of a shard only when the service names or lists its children', async () => {
    stream = await VirtualStream.create(1);
    const handler = recordingHandler();
    stream.worker([handler]).start();
    await stream.clock.advance(2_000);
    const fault = stream.faults.add({ operation: 'GetRecords', nullIterator: true, times: 3 });
    await stream.clock.advance(6_000);
    expect(fault.hits).toBe(3);
    expect((await stream.leases()).map((lease) => lease.checkpoint.type)).not.toContain('SHARD_END');
    await stream.put(['after']);
    await stream.clock.advance(3_000);
    expect(handler.seen).toEqual(['after']);
  });
});

it('a closed shard that ends without naming its children for a moment is read to its real end all the same', async () => {
  stream = await VirtualStream.create(1);
  const handler = recordingHandler();
  stream.worker([handler]).start();
  await stream.clock.advance(2_000);
  stream.faults.add({ operation: 'GetRecords', nullIterator: true, until: 8_000 });
  stream.faults.add({ operation: 'ListShards', staleness: 60_000, until: 9_000 });
  await stream.put(['last of the parent']);
  await stream.split('shardId-000000000000');
  await stream.put(['first of the child']);
  await stream.clock.advance(20_000);
  expect(handler.seen).toEqual(['last of the parent', 'first of the child']);
});

describe('leases', () => {
  it('of a worker that died are taken once their counter has stood still for sessionTimeout', async () => {
    stream = await VirtualStream.create(1);
    const store = cuttable(stream.checkpointer);
    const dead = recordingHandler();
    stream.worker([dead], { checkpointer: store }).start();
    await stream.clock.advance(3_000);
    const heir = recordingHandler();
    stream.worker([heir]).start();
    await stream.put(['early']);
    await stream.clock.advance(3_000);
    store.cut = true;
    const cutAt = stream.clock.now();
    await stream.put(['late']);
    await stream.clock.advance(12_000);
    expect(heir.seen).toEqual([]);
    await stream.clock.advance(20_000);
    expect(heir.seen).toContain('late');
    const taken = stream.eventsOf('shard-assigned').length;
    expect(taken).toBe(2);
    expect(stream.clock.now() - cutAt).toBeGreaterThan(15_000);
  });

  it('that could not be renewed in time are given up before others may take them', async () => {
    stream = await VirtualStream.create(1);
    const store = cuttable(stream.checkpointer);
    const handler = recordingHandler();
    stream.worker([handler], { checkpointer: store }).start();
    await stream.clock.advance(3_000);
    store.cut = true;
    await stream.clock.advance(16_000);
    expect(stream.eventsOf('shard-lost')).toHaveLength(1);
    await stream.put(['unseen']);
    await stream.clock.advance(5_000);
    expect(handler.seen).toEqual([]);
    store.cut = false;
    await stream.clock.advance(30_000);
    expect(handler.seen).toEqual(['unseen']);
  });

  it('keep a zombie from rewinding its successor', async () => {
    stream = await VirtualStream.create(1);
    await stream.put(['a', 'b', 'c']);
    const store = cuttable(stream.checkpointer);
    let finishZombie = (): void => undefined;
    const zombie = recordingHandler(() => new Promise<void>((resolve) => (finishZombie = resolve)));
    stream.worker([zombie], { checkpointer: store }).start();
    await stream.clock.advance(2_000);
    store.cut = true;
    const heir = recordingHandler();
    stream.worker([heir]).start();
    await stream.clock.advance(40_000);
    expect(heir.seen).toEqual(['a', 'b', 'c']);
    const before = await stream.leases();
    store.cut = false;
    finishZombie();
    await stream.clock.advance(10_000);
    const after = await stream.leases();
    expect(after.map((lease) => lease.checkpoint)).toEqual(before.map((lease) => lease.checkpoint));
    expect(after.map((lease) => lease.owner)).toEqual(before.map((lease) => lease.owner));
  });

  it('are no more than maxShardConsumers', async () => {
    stream = await VirtualStream.create(3);
    const worker = stream.worker([recordingHandler()], { settings: { maxShardConsumers: 2 } });
    worker.start();
    await stream.clock.advance(5_000);
    expect(worker.heldShards).toHaveLength(2);
  });
});

it('does not apply the checkpoints of a deleted stream to one of the same name, and says so', async () => {
  stream = await VirtualStream.create(1);
  await stream.put(['a', 'b']);
  const first = stream.worker([recordingHandler()]);
  first.start();
  await stream.clock.advance(5_000);
  await stream.stop(first);
  await stream.engine.execute('DeleteStream', { StreamName: 'orders' });
  await stream.clock.advance(60_000);
  await stream.engine.execute('CreateStream', { StreamName: 'orders', ShardCount: 1 });
  await stream.put(['c']);
  const handler = recordingHandler();
  stream.worker([handler]).start();
  await stream.clock.advance(5_000);
  expect(handler.seen).toEqual(['c']);
  expect(stream.eventsOf('stream-recreated')).toEqual([expect.objectContaining({ leases: 1 })]);
});

it('notices that its stream is deleted and created again under its hands', async () => {
  stream = await VirtualStream.create(1);
  const handler = recordingHandler();
  stream.worker([handler]).start();
  await stream.put(['a']);
  await stream.clock.advance(5_000);
  await stream.engine.execute('DeleteStream', { StreamName: 'orders' });
  await stream.clock.advance(60_000);
  await stream.engine.execute('CreateStream', { StreamName: 'orders', ShardCount: 1 });
  await stream.put(['b']);
  await stream.clock.advance(60_000);
  expect(handler.seen).toEqual(['a', 'b']);
});

describe('starting position', () => {
  it('LATEST begins with what arrives from now on, and a restart before the first checkpoint skips nothing', async () => {
    stream = await VirtualStream.create(1);
    await stream.put(['old']);
    await stream.clock.advance(10_000);
    const first = recordingHandler();
    const worker = stream.worker([first], { settings: { startingPosition: 'LATEST' } });
    worker.start();
    await stream.clock.advance(500);
    await stream.stop(worker);
    await stream.put(['while down']);
    await stream.clock.advance(60_000);
    const second = recordingHandler();
    stream.worker([second], { settings: { startingPosition: 'LATEST' } }).start();
    await stream.clock.advance(5_000);
    expect([first.seen, second.seen]).toEqual([[], ['while down']]);
  });

  it('may be a time', async () => {
    stream = await VirtualStream.create(1);
    await stream.put(['old']);
    await stream.clock.advance(10_000);
    const timestamp = new Date(stream.clock.wallTime());
    await stream.put(['new']);
    const handler = recordingHandler();
    stream.worker([handler], { settings: { startingPosition: { timestamp } } }).start();
    await stream.clock.advance(5_000);
    expect(handler.seen).toEqual(['new']);
  });

  it('does not apply to the children of a shard the application knows', async () => {
    stream = await VirtualStream.create(1);
    const handler = recordingHandler();
    stream.worker([handler], { settings: { startingPosition: 'LATEST' } }).start();
    await stream.clock.advance(5_000);
    await stream.split('shardId-000000000000');
    await stream.put(['first of the child']);
    await stream.clock.advance(10_000);
    expect(handler.seen).toEqual(['first of the child']);
  });
});

it('a halted shard keeps its lease, and holds up no other', async () => {
  stream = await VirtualStream.create(2);
  await stream.put(['bad', 'behind'], 0);
  await stream.put(['good'], 0.9);
  const handler = recordingHandler(
    (payload) => {
      if (payload === 'bad') throw new Error('never');
    },
    { retry: { attempts: 1 } },
  );
  const worker = stream.worker([handler]);
  worker.start();
  await stream.clock.advance(60_000);
  expect([...handler.seen].sort()).toEqual(['bad', 'good']);
  expect(worker.heldShards).toHaveLength(2);
  expect(stream.eventsOf('shard-halted')).toHaveLength(1);
  await stream.stop(worker);

  const again = recordingHandler();
  stream.worker([again]).start();
  await stream.clock.advance(5_000);
  expect(again.seen).toEqual(['bad', 'behind']);
});
