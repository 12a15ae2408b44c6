import type { Lease } from '../../src/checkpointers/checkpointer.js';
import { shardStatus } from '../../src/scheduler/shard-status.js';
import { recordingHandler } from '../support/scripted-handlers.js';
import { VirtualStream } from '../support/virtual-stream.js';

function lease(more: Partial<Lease> = {}): Lease {
  return { shardId: 'a', parentShardIds: ['p'], counter: 3, checkpoint: { type: 'TRIM_HORIZON' }, ...more };
}

describe('a shard that this worker does not have', () => {
  it.each([
    { state: 'free', of: lease(), isWaiting: false },
    { state: 'waiting', of: lease(), isWaiting: true },
    { state: 'elsewhere', of: lease({ owner: 'them' }), isWaiting: false },
    { state: 'ended', of: lease({ checkpoint: { type: 'SHARD_END' } }), isWaiting: false },
    { state: 'ended', of: lease({ checkpoint: { type: 'SHARD_END' }, owner: 'them' }), isWaiting: false },
  ])('is $state', ({ state, of, isWaiting }) => {
    expect(shardStatus(of, undefined, isWaiting).state).toBe(state);
  });

  it('shows who has it and who asks for it, and leaves out what there is not', () => {
    expect(shardStatus(lease({ owner: 'them', handOffTo: 'us' }), undefined, false)).toEqual({
      shardId: 'a',
      parentShardIds: ['p'],
      state: 'elsewhere',
      owner: 'them',
      handOffTo: 'us',
      checkpoint: { type: 'TRIM_HORIZON' },
    });
    expect(Object.keys(shardStatus(lease(), undefined, false)).sort()).toEqual([
      'checkpoint',
      'parentShardIds',
      'shardId',
      'state',
    ]);
  });
});

describe('the status of a scheduler', () => {
  let stream: VirtualStream;

  afterEach(() => stream.close());

  it('is plain data that tells, shard by shard, what this worker does and what it knows of others', async () => {
    stream = await VirtualStream.create(2);
    const handler = recordingHandler(
      (payload) => {
        if (payload === 'bad') throw new Error('never');
      },
      { retry: { attempts: 1 } },
    );
    const worker = stream.worker([handler]);
    expect(worker.status()).toEqual({
      stream: 'orders',
      application: 'app',
      workerId: worker.workerId,
      state: 'idle',
      ready: false,
      shards: [],
      failures: [],
    });

    await stream.put(['bad'], 0);
    await stream.split('shardId-000000000001');
    worker.start();
    await stream.clock.advance(10_000);
    const status = worker.status();
    expect(JSON.parse(JSON.stringify(status))).toEqual(status);
    expect(status).toMatchObject({ state: 'running', ready: true, millisBehindLatest: 0, failures: [] });
    expect(status.shards.map(({ state }) => state)).toEqual(['halted', 'ended', 'reading', 'reading']);
    expect(status.shards[2]).toMatchObject({
      owner: worker.workerId,
      parentShardIds: ['shardId-000000000001'],
      checkpoint: { type: 'TRIM_HORIZON' },
      reading: { ready: true, bufferedRecords: 0, bufferedBytes: 0, millisBehindLatest: 0 },
    });
    expect(status.shards[2]?.reading?.leaseRemaining).toBeGreaterThan(0);

    const other = stream.worker([recordingHandler()], { settings: { maxShardConsumers: 0 } });
    other.start();
    await stream.clock.advance(2_000);
    const states = other.status().shards.map(({ state, reading }) => [state, reading]);
    expect(states).toEqual([
      ['elsewhere', undefined],
      ['ended', undefined],
      ['elsewhere', undefined],
      ['elsewhere', undefined],
    ]);

    await stream.stop(worker);
    expect(worker.status().state).toBe('stopped');
  });

  it('has the position before it is stored, and the largest lag', async () => {
    stream = await VirtualStream.create(2);
    const slow = recordingHandler((payload) => (payload === 'slow' ? stream.clock.sleep(60_000) : undefined));
    const settings = { checkpointInterval: 3_600_000, recordLimit: 1 };
    const worker = stream.worker([slow], { settings });
    await stream.put(['done', 'slow'], 0);
    for (let i = 0; i < 10; i++) await stream.put([i], 0);
    worker.start();
    await stream.clock.advance(3_000);
    const [shard] = worker.status().shards;
    expect(shard?.checkpoint).toEqual({ type: 'TRIM_HORIZON' });
    expect(shard?.reading?.position.type).toBe('SEQUENCE');
    expect(shard?.reading?.bufferedRecords).toBeGreaterThan(0);
    expect(worker.status().millisBehindLatest).toBe(shard?.reading?.millisBehindLatest);
    expect(worker.status().millisBehindLatest).toBeGreaterThan(0);
  });

  it('names what does not work at present, and forgets it when it does', async () => {
    stream = await VirtualStream.create(1);
    const fault = stream.faults.add({ operation: 'ListShards', error: 'InternalFailure' });
    const worker = stream.worker([recordingHandler()]);
    worker.start();
    await stream.clock.advance(5_000);
    expect(worker.status()).toMatchObject({ ready: false, failures: [{ loop: 'shard sync' }] });
    fault.remove();
    await stream.clock.advance(20_000);
    expect(worker.status()).toMatchObject({ ready: true, failures: [] });
  });
});
