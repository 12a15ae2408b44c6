import { KinesisConfigurationError, MemoryDeduplicator } from 'nestjs-kinesis';
import { VirtualClock } from 'nestjs-kinesis/testing';

it('knows what was remembered, each scope for itself', async () => {
  const memory = new MemoryDeduplicator();
  await memory.remember('billing', ['a', 'b']);
  expect(await memory.seen('billing', ['a', 'b', 'c'])).toEqual(new Set(['a', 'b']));
  expect(await memory.seen('shipping', ['a', 'b', 'c'])).toEqual(new Set());
});

it('forgets after the window, counted from when it was remembered first', async () => {
  const clock = new VirtualClock();
  const memory = new MemoryDeduplicator({ window: 10_000, clock });
  await memory.remember('billing', ['a', 'b']);
  await clock.advance(6_000);
  await memory.remember('billing', ['b', 'c', 'c']);
  await clock.advance(3_999);
  expect(await memory.seen('billing', ['a', 'b', 'c'])).toEqual(new Set(['a', 'b', 'c']));
  await clock.advance(1);
  expect(await memory.seen('billing', ['a', 'b', 'c'])).toEqual(new Set(['c']));
  await memory.remember('billing', ['b']);
  await clock.advance(6_000);
  expect(await memory.seen('billing', ['a', 'b', 'c'])).toEqual(new Set(['b']));
});

it('forgets what was remembered longest ago when it is full', async () => {
  const memory = new MemoryDeduplicator({ maxRecords: 3 });
  await memory.remember('billing', ['a', 'b']);
  await memory.remember('shipping', ['a', 'b']);
  expect(await memory.seen('billing', ['a', 'b'])).toEqual(new Set(['b']));
  expect(await memory.seen('shipping', ['a', 'b'])).toEqual(new Set(['a', 'b']));
});

it.each([{ window: 999 }, { window: NaN }, { window: 86_400_001 }, { maxRecords: 0 }])(
  'refuses %j',
  (options) => {
    expect(() => new MemoryDeduplicator(options)).toThrow(KinesisConfigurationError);
  },
);
