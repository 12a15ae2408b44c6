import { recordingHandler } from '../support/scripted-handlers.js';
import { VirtualProcess } from '../support/virtual-process.js';
import { SETTINGS, VirtualStream } from '../support/virtual-stream.js';

let stream: VirtualStream;

afterEach(() => stream.close());

/** What a promise came to while time went on. */
async function within<T>(duration: number, promise: Promise<T>): Promise<T | 'pending'> {
  let outcome: T | 'pending' = 'pending';
  promise.then(
    (value) => (outcome = value),
    () => undefined,
  );
  await stream.clock.advance(duration);
  return outcome;
}

describe('paused', () => {
  it('a worker lets the running handler end, starts no other, reads nothing and keeps its leases', async () => {
    stream = await VirtualStream.create(1);
    const handler = recordingHandler(() => stream.clock.sleep(500));
    const worker = stream.worker([handler]);
    await stream.put(['a', 'b', 'c']);
    worker.start();
    await stream.clock.advance(100);
    expect(handler.seen).toEqual(['a']);

    worker.pause();
    const reads = stream.faults.add({ operation: 'GetRecords', delay: 0 });
    await stream.clock.advance(10 * SETTINGS.sessionTimeout);
    expect(handler.seen).toEqual(['a']);
    expect(reads.hits).toBe(0);
    expect(worker.heldShards).toHaveLength(1);
    expect(stream.eventsOf('shard-lost')).toEqual([]);
    expect(stream.eventsOf('shard-stalled')).toEqual([]);
    expect(worker.status().state).toBe('paused');

    worker.resume();
    await stream.clock.advance(5_000);
    expect(handler.seen).toEqual(['a', 'b', 'c']);
    expect(worker.status().state).toBe('running');
  });

  it('resumed twice, or never paused, is as resumed once', async () => {
    stream = await VirtualStream.create(1);
    const handler = recordingHandler();
    const worker = stream.worker([handler]);
    worker.resume();
    worker.start();
    worker.pause();
    worker.pause();
    worker.resume();
    worker.resume();
    await stream.put(['a', 'b']);
    await stream.clock.advance(5_000);
    expect(handler.seen).toEqual(['a', 'b']);
  });

  it('before its start it takes leases, and reads and handles nothing', async () => {
    stream = await VirtualStream.create(1);
    const handler = recordingHandler();
    const worker = stream.worker([handler]);
    const reads = stream.faults.add({ operation: 'GetRecords', delay: 0 });
    worker.pause();
    worker.start();
    await stream.put(['a']);
    await stream.clock.advance(5_000);
    expect([handler.seen, worker.heldShards.length, reads.hits]).toEqual([[], 1, 0]);
    worker.resume();
    await stream.clock.advance(3_000);
    expect(handler.seen).toEqual(['a']);
  });

  it('it can be stopped, and the next worker goes on from there', async () => {
    stream = await VirtualStream.create(1);
    const [first, second] = [recordingHandler(() => stream.clock.sleep(500)), recordingHandler()];
    const worker = stream.worker([first]);
    await stream.put(['a', 'b']);
    worker.start();
    await stream.clock.advance(100);
    worker.pause();
    await stream.clock.advance(2_000);
    await stream.stop(worker);
    stream.worker([second]).start();
    await stream.clock.advance(5_000);
    expect([first.seen, second.seen]).toEqual([['a'], ['b']]);
  });
});

describe('drained', () => {
  it('a worker has finished and stored what ran, and goes on when it is resumed', async () => {
    stream = await VirtualStream.create(1);
    const handler = recordingHandler(() => stream.clock.sleep(500));
    const worker = stream.worker([handler], { settings: { checkpointInterval: 3_600_000 } });
    await stream.put(['a', 'b']);
    worker.start();
    await stream.clock.advance(100);

    expect(await within(1_000, worker.drain(10_000))).toBe(true);
    const [lease] = await stream.leases();
    expect(lease).toMatchObject({ owner: worker.workerId, checkpoint: { type: 'SEQUENCE' } });
    expect(handler.seen).toEqual(['a']);

    worker.resume();
    await stream.clock.advance(5_000);
    expect(handler.seen).toEqual(['a', 'b']);
  });

  it('a worker whose handler takes too long says so in time, and aborts nothing', async () => {
    stream = await VirtualStream.create(1);
    const handler = recordingHandler(() => stream.clock.sleep(20_000));
    const worker = stream.worker([handler]);
    await stream.put(['a']);
    worker.start();
    await stream.clock.advance(1_000);
    const drained = worker.drain(5_000);
    expect(await within(4_999, drained)).toBe('pending');
    expect(await within(1, drained)).toBe(false);
    expect(handler.contexts[0]?.signal.aborted).toBe(false);
  });

  it('a worker without shards is drained at once', async () => {
    stream = await VirtualStream.create(1);
    expect(await within(1, stream.worker([recordingHandler()]).drain(5_000))).toBe(true);
  });
});

describe('ready', () => {
  it('is a worker when every shard it holds has found its starting position, and not before', async () => {
    stream = await VirtualStream.create(3);
    const worker = stream.worker([recordingHandler()]);
    const fault = stream.faults.add({ operation: 'GetShardIterator', error: 'InternalFailure' });
    const ready = worker.ready().then(() => 'ready');
    worker.start();
    expect(await within(5_000, ready)).toBe('pending');
    expect(worker.heldShards).toHaveLength(3);
    expect(worker.status().ready).toBe(false);
    fault.remove();
    expect(await within(15_000, ready)).toBe('ready');
    expect(worker.status().ready).toBe(true);
    expect(worker.status().shards.map((shard) => shard.reading?.ready)).toEqual([true, true, true]);
  });

  it('is a worker that gets no shard, once it knows them all', async () => {
    stream = await VirtualStream.create(1);
    const worker = stream.worker([recordingHandler()], { settings: { maxShardConsumers: 0 } });
    const ready = worker.ready().then(() => 'ready');
    expect(await within(1_000, ready)).toBe('pending');
    worker.start();
    expect(await within(5_000, ready)).toBe('ready');
  });

  it('is waited for no longer than the signal allows', async () => {
    stream = await VirtualStream.create(1);
    const stop = new AbortController();
    const ready = stream.worker([recordingHandler()]).ready(stop.signal);
    stop.abort(new Error('not needed any more'));
    await expect(ready).rejects.toThrow('not needed any more');
  });
});

describe('a store that never answers', () => {
  it('a heartbeat costs no lease: it is left behind and made again', async () => {
    stream = await VirtualStream.create(2);
    const process = new VirtualProcess(stream.clock);
    const handler = recordingHandler();
    const worker = stream.worker([handler], { process });
    worker.start();
    await stream.clock.advance(10_000);
    process.twist('renew', () => new Promise(() => undefined));
    await stream.clock.advance(2 * SETTINGS.sessionTimeout);
    expect(stream.eventsOf('shard-lost')).toEqual([]);
    expect(stream.eventsOf('loop-failed')).toMatchObject([
      { loop: 'heartbeat', error: { code: 'KINESIS_CHECKPOINTER' } },
    ]);
  });

  it('to giving up a lease does not hold up the stop for ever', async () => {
    stream = await VirtualStream.create(1);
    const process = new VirtualProcess(stream.clock);
    const worker = stream.worker([recordingHandler()], { process });
    worker.start();
    await stream.clock.advance(5_000);
    process.twist('release', () => new Promise(() => undefined));
    expect(
      await within(
        10_000,
        worker.stop(1_000).then(() => 'stopped'),
      ),
    ).toBe('stopped');
    const [lease] = await stream.leases();
    expect(lease?.owner).toBeUndefined();
  });
});
