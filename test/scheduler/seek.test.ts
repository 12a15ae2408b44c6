import type { Checkpointer } from '../../src/checkpointers/checkpointer.js';
import { ConsumerRunningError, InvalidPositionError } from '../../src/scheduler/seek-errors.js';
import { seekLeases } from '../../src/scheduler/seek.js';
import type { SeekPosition } from '../../src/scheduler/seek-position.js';
import type { ShardScheduler } from '../../src/scheduler/shard-scheduler.js';
import { recordingHandler } from '../support/scripted-handlers.js';
import { VirtualProcess } from '../support/virtual-process.js';
import { SETTINGS, VirtualStream } from '../support/virtual-stream.js';

const SCOPE = { application: 'app', streamName: 'orders' };
const FIRST = 'shardId-000000000000';

let stream: VirtualStream;

afterEach(() => stream.close());

function seek(position: SeekPosition, checkpointer: Checkpointer = stream.checkpointer): Promise<void> {
  return seekLeases(
    {
      gateway: stream.gateway,
      checkpointer,
      clock: stream.clock,
      random: stream.random,
      stream: stream.ref,
      application: 'app',
      sessionTimeout: SETTINGS.sessionTimeout,
      consumer: 'orders',
      signal: new AbortController().signal,
    },
    position,
  );
}

/** Consumes for a while, slowly enough for shards that do not wait for each other to show. @returns what was handled */
async function consume(seconds = 8, startingPosition: 'TRIM_HORIZON' | 'LATEST' = 'TRIM_HORIZON') {
  const handler = recordingHandler(() => stream.clock.sleep(500));
  const worker = stream.worker([handler], { settings: { startingPosition } });
  worker.start();
  await stream.clock.advance(seconds * 1_000);
  await stream.stop(worker);
  return handler.seen;
}

/** A crashed worker, its leases not given up. */
async function crash(): Promise<ShardScheduler> {
  const worker = stream.worker([recordingHandler()]);
  worker.start();
  await stream.clock.advance(5_000);
  stream.kill(worker);
  return worker;
}

describe('what a consumer handles after it', () => {
  it('is everything again with TRIM_HORIZON, parents before children', async () => {
    stream = await VirtualStream.create(1);
    await stream.put(['a', 'b']);
    await stream.split(FIRST);
    await stream.put(['c']);
    expect(await consume(70)).toEqual(['a', 'b', 'c']);
    await seek('TRIM_HORIZON');
    expect(await consume()).toEqual(['a', 'b', 'c']);
  });

  it('is what is put from then on with LATEST', async () => {
    stream = await VirtualStream.create(1);
    await consume();
    await stream.put(['passed over']);
    await stream.clock.advance(2_000);
    await seek('LATEST');
    await stream.clock.advance(2_000);
    await stream.put(['new']);
    expect(await consume()).toEqual(['new']);
  });

  it('begins at a time, and leaves out shards that were closed before', async () => {
    stream = await VirtualStream.create(1);
    await stream.put(['a']);
    await stream.split(FIRST);
    await stream.put(['b']);
    await stream.clock.advance(10_000);
    const timestamp = new Date(stream.clock.wallTime());
    await stream.put(['c']);
    expect(await consume(70)).toEqual(['a', 'b', 'c']);
    await seek({ timestamp });
    const parent = await stream.checkpointer.get(SCOPE, FIRST);
    expect(parent?.checkpoint).toEqual({ type: 'SHARD_END' });
    expect(await consume()).toEqual(['c']);
  });

  it('begins behind a record, in the shards that are named, and goes on in the others', async () => {
    stream = await VirtualStream.create(2);
    await stream.put(['a', 'b', 'c'], 0);
    await stream.put(['d'], 0.5);
    await consume();
    const [first] = [...stream.engine.records('orders')];
    await seek({ shards: { [FIRST]: { after: { sequenceNumber: first?.sequenceNumber ?? '' } } } });
    expect(await consume()).toEqual(['b', 'c']);
  });

  it('is what was there before it first came, when it is sent back that far: parents still before children', async () => {
    stream = await VirtualStream.create(1);
    await stream.put(['a', 'b']);
    await stream.clock.advance(1_000);
    await stream.split(FIRST);
    await stream.clock.advance(5_000);
    expect(await consume(5, 'LATEST')).toEqual([]);
    await stream.put(['c']);
    await seek('TRIM_HORIZON');
    expect(await consume()).toEqual(['a', 'b', 'c']);
  });

  it('belongs to the present stream, where the leases are of one that was deleted', async () => {
    stream = await VirtualStream.create(1);
    await stream.put(['old']);
    await consume();
    await stream.engine.execute('DeleteStream', { StreamName: 'orders' });
    await stream.clock.advance(5_000);
    await stream.engine.execute('CreateStream', { StreamName: 'orders', ShardCount: 1 });
    await stream.clock.advance(5_000);
    await stream.put(['passed over']);
    await stream.clock.advance(2_000);
    await seek('LATEST');
    await stream.clock.advance(2_000);
    await stream.put(['new']);
    expect(await consume()).toEqual(['new']);
    expect(stream.eventsOf('stream-recreated')).toEqual([]);
  });
});

it('leaves the leases without owner, and fencing tokens growing', async () => {
  stream = await VirtualStream.create(2);
  await consume();
  const before = await stream.leases();
  await seek('TRIM_HORIZON');
  for (const [i, lease] of (await stream.leases()).entries()) {
    expect(lease.owner).toBeUndefined();
    expect(lease.counter).toBeGreaterThan(before[i]?.counter ?? Infinity);
  }
});

describe('while others are there', () => {
  it('is refused when a worker renews a lease, and changes nothing', async () => {
    stream = await VirtualStream.create(1);
    await stream.put(['a']);
    const worker = stream.worker([recordingHandler()]);
    worker.start();
    await stream.clock.advance(5_000);
    const refused = expect(seek('TRIM_HORIZON')).rejects.toThrow(ConsumerRunningError);
    await stream.clock.advance(5_000);
    await refused;
    const [lease] = await stream.leases();
    expect(lease).toMatchObject({ owner: worker.workerId, checkpoint: { type: 'SEQUENCE' } });
  });

  it('waits until the leases of a crashed worker have expired, by their counters alone', async () => {
    stream = await VirtualStream.create(1);
    await stream.put(['a']);
    await crash();
    let isDone = false;
    const done = seek('TRIM_HORIZON').then(() => (isDone = true));
    await stream.clock.advance(SETTINGS.sessionTimeout - 500);
    expect(isDone).toBe(false);
    await stream.clock.advance(2_000);
    await done;
    expect(await consume()).toEqual(['a']);
  });

  it('keeps the shards from a worker that comes up meanwhile, until all are moved', async () => {
    stream = await VirtualStream.create(2);
    await stream.put(['a'], 0);
    await stream.put(['b'], 0.5);
    await consume();
    let goOn = (): void => undefined;
    const moment = new Promise<void>((resolve) => (goOn = resolve));
    const process = new VirtualProcess(stream.clock);
    process.twist('checkpoint', (effect) => moment.then(effect));
    const done = seek('TRIM_HORIZON', process.connect(stream.checkpointer));
    await stream.clock.advance(100);
    const handler = recordingHandler();
    stream.worker([handler]).start();
    await stream.clock.advance(10_000);
    expect(handler.seen).toEqual([]);
    goOn();
    await done;
    await stream.clock.advance(10_000);
    expect(handler.seen.sort()).toEqual(['a', 'b']);
  });

  it('is refused when a worker takes a lease before it, and gives back those it had', async () => {
    stream = await VirtualStream.create(2);
    await stream.put(['a'], 0);
    await consume();
    const process = new VirtualProcess(stream.clock);
    process.twist('list', async (effect) => {
      const leases = (await effect()) as Awaited<ReturnType<Checkpointer['list']>>;
      const [last] = leases.slice(-1);
      if (last) await stream.checkpointer.acquire(SCOPE, last, 'quick', 15_000);
      return leases;
    });
    await expect(seek('TRIM_HORIZON', process.connect(stream.checkpointer))).rejects.toMatchObject({
      code: 'KINESIS_CONSUMER_RUNNING',
      message: expect.stringContaining('worker quick has the lease of shard shardId-000000000001') as string,
    });
    const [first, second] = await stream.leases();
    expect(first).toMatchObject({ checkpoint: { type: 'SEQUENCE' } });
    expect([first?.owner, second?.owner]).toEqual([undefined, 'quick']);
  });

  it.each(['acquire', 'checkpoint'] as const)('survives a lost reply to %s', async (call) => {
    stream = await VirtualStream.create(1);
    await stream.put(['a']);
    await consume();
    const process = new VirtualProcess(stream.clock);
    process.loseReply(call);
    const done = seek('TRIM_HORIZON', process.connect(stream.checkpointer));
    await stream.clock.advance(1_000);
    await done;
    expect(await consume()).toEqual(['a']);
  });
});

describe('refuses, before anything is written,', () => {
  it.each([
    ['a word', 'EARLIEST' as never],
    ['no date', { timestamp: new Date('no date') }],
    ['no shard', { shards: {} }],
    ['a sequence number that is none', { shards: { [FIRST]: { after: { sequenceNumber: '0x1' } } } }],
    [
      'a negative sub-sequence number',
      { shards: { [FIRST]: { after: { sequenceNumber: '1', subSequenceNumber: -1 } } } },
    ],
    ['a shard that does not exist', { shards: { [FIRST]: 'LATEST', 'shardId-000000000007': 'LATEST' } }],
  ] satisfies [string, SeekPosition][])('%s', async (_what, position) => {
    stream = await VirtualStream.create(1);
    await stream.put(['a']);
    await consume();
    const before = await stream.leases();
    await expect(seek(position)).rejects.toThrow(InvalidPositionError);
    expect(await stream.leases()).toEqual(before);
  });

  it('a shard that the application has no lease of', async () => {
    stream = await VirtualStream.create(1);
    await expect(seek({ shards: { [FIRST]: 'LATEST' } })).rejects.toThrow(/start the consumer once/);
    expect(await stream.leases()).toEqual([]);
  });
});
