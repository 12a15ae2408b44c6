import type { KinesisContext } from '../../src/delivery/kinesis-context.js';
import { recordingHandler } from '../support/scripted-handlers.js';
import { VirtualStream } from '../support/virtual-stream.js';

const MANUAL = { settings: { checkpointMode: 'manual' } } as const;

let stream: VirtualStream;

beforeEach(async () => {
  stream = await VirtualStream.create(1);
});

afterEach(() => stream.close());

const contextOf = (contexts: readonly KinesisContext[], index: number): KinesisContext => {
  const context = contexts[index];
  if (!context) throw new Error(`record ${index} was not handled`);
  return context;
};

it('nothing is stored before a handler says so, and then up to the record it named', async () => {
  const handler = recordingHandler();
  stream.worker([handler], MANUAL).start();
  await stream.put(['a', 'b', 'c']);
  await stream.clock.advance(10_000);
  expect(handler.seen).toEqual(['a', 'b', 'c']);
  expect((await stream.leases())[0]?.checkpoint).toEqual({ type: 'TRIM_HORIZON' });

  const second = contextOf(handler.contexts, 1);
  second.checkpoint();
  await stream.clock.advance(1_500);
  const checkpoint = { type: 'SEQUENCE', sequenceNumber: second.sequenceNumber, subSequenceNumber: 0 };
  expect((await stream.leases())[0]?.checkpoint).toEqual(checkpoint);

  // An earlier record marked later takes nothing back.
  contextOf(handler.contexts, 0).checkpoint();
  await stream.clock.advance(1_500);
  expect((await stream.leases())[0]?.checkpoint).toEqual(checkpoint);
});

it('a record marked while it is still being handled is stored only when that is done', async () => {
  const handler = recordingHandler(async (_payload, context) => {
    context.checkpoint();
    await stream.clock.sleep(5_000);
  });
  stream.worker([handler], MANUAL).start();
  await stream.put(['a', 'b']);
  await stream.clock.advance(4_000);
  expect(handler.seen).toEqual(['a']);
  expect((await stream.leases())[0]?.checkpoint.type).toBe('TRIM_HORIZON');
  for (const index of [0, 1]) {
    await stream.clock.advance(5_000);
    const { sequenceNumber } = contextOf(handler.contexts, index);
    expect((await stream.leases())[0]?.checkpoint).toMatchObject({ sequenceNumber });
  }
});

it('what is marked is stored before the worker stops, and what is not is handled again', async () => {
  const handler = recordingHandler();
  const settings = { ...MANUAL.settings, checkpointInterval: 3_600_000 };
  const worker = stream.worker([handler], { settings });
  worker.start();
  await stream.put(['a', 'b', 'c']);
  await stream.clock.advance(5_000);
  contextOf(handler.contexts, 0).checkpoint();
  await stream.stop(worker);

  const next = recordingHandler();
  stream.worker([next], MANUAL).start();
  await stream.clock.advance(5_000);
  expect(next.seen).toEqual(['b', 'c']);
});

describe('the end of a shard', () => {
  it('is stored only when its last record is marked: until then no child is read', async () => {
    const handler = recordingHandler();
    stream.worker([handler], MANUAL).start();
    await stream.put(['a', 'b']);
    await stream.split('shardId-000000000000');
    await stream.put(['child'], 0.9);
    await stream.clock.advance(60_000);
    expect(handler.seen).toEqual(['a', 'b']);

    contextOf(handler.contexts, 0).checkpoint();
    await stream.clock.advance(60_000);
    expect((await stream.leases())[0]?.checkpoint.type).toBe('SEQUENCE');
    expect([handler.seen, stream.eventsOf('shard-ended')]).toEqual([['a', 'b'], []]);

    contextOf(handler.contexts, 1).checkpoint();
    // In any order.
    contextOf(handler.contexts, 0).checkpoint();
    await stream.clock.advance(10_000);
    expect((await stream.leases())[0]?.checkpoint.type).toBe('SHARD_END');
    expect(handler.seen).toEqual(['a', 'b', 'child']);
  });

  it('waits for no mark on a shard that had no records', async () => {
    const handler = recordingHandler();
    stream.worker([handler], MANUAL).start();
    await stream.split('shardId-000000000000');
    await stream.put(['child']);
    await stream.clock.advance(10_000);
    expect(handler.seen).toEqual(['child']);
  });

  it('that waits for a mark holds up no stop, and the next worker ends the shard', async () => {
    const first = recordingHandler();
    const worker = stream.worker([first], MANUAL);
    worker.start();
    await stream.put(['a', 'b']);
    await stream.split('shardId-000000000000');
    await stream.clock.advance(10_000);
    contextOf(first.contexts, 0).checkpoint();
    await stream.stop(worker);
    expect((await stream.leases())[0]).toMatchObject({ checkpoint: { type: 'SEQUENCE' } });
    expect((await stream.leases())[0]?.owner).toBeUndefined();

    const second = recordingHandler((_payload, context) => context.checkpoint());
    stream.worker([second], MANUAL).start();
    await stream.clock.advance(10_000);
    expect(second.seen).toEqual(['b']);
    expect((await stream.leases())[0]?.checkpoint.type).toBe('SHARD_END');
  });
});
