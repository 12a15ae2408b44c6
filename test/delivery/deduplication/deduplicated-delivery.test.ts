import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MemoryDeduplicator } from '../../../src/delivery/deduplication/memory-deduplicator.js';
import type { Deduplicator } from '../../../src/delivery/deduplication/deduplicator.js';
import type { Handler } from '../../../src/delivery/handler.js';
import { recordingHandler } from '../../support/scripted-handlers.js';
import { batchHandler } from '../support/batch-handler.js';
import { at, deliveryFixture, record } from '../support/delivery-fixture.js';

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => record(from + i, String(from + i)));

/** Counts its calls. */
class CountingDeduplicator implements Deduplicator {
  readonly asked: number[] = [];
  private readonly memory = new MemoryDeduplicator();

  seen(scope: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    this.asked.push(ids.length);
    return this.memory.seen(scope, ids);
  }

  remember(scope: string, ids: readonly string[]): Promise<void> {
    return this.memory.remember(scope, ids);
  }
}

async function deliverTwice(create: () => Handler, deduplicator: Deduplicator): Promise<void> {
  for (let owner = 0; owner < 2; owner++) {
    const { deliver, delivery, clock } = deliveryFixture([{ ...create(), deduplicate: true }], {
      deduplicator,
    });
    await deliver(...numbers(101, 107));
    await clock.advance(10_000);
    expect(delivery.finished).toEqual(at(107));
  }
}

it('a replay calls the handler once, and asks for many records at a time', async () => {
  const handler = recordingHandler();
  const deduplicator = new CountingDeduplicator();
  await deliverTwice(() => handler, deduplicator);
  expect(handler.seen).toEqual([101, 102, 103, 104, 105, 106, 107]);
  expect(deduplicator.asked).toEqual([7, 7]);
});

it('of a batch only what is new is handed over', async () => {
  const { handler, batches } = batchHandler();
  const deduplicator = new CountingDeduplicator();
  await deduplicator.remember('app/batches', ['orders/shard-0/102/0', 'orders/shard-0/104/0']);
  await deliverTwice(() => handler, deduplicator);
  expect(batches).toEqual([[101, 103], [105, 106], [107]]);
});

it('what failed is not remembered', async () => {
  let failures = 1;
  const handler = recordingHandler((payload) => {
    if (payload === 103 && failures-- > 0) throw new Error('once');
  });
  await deliverTwice(() => handler, new CountingDeduplicator());
  expect(handler.seen).toEqual([101, 102, 103, 103, 104, 105, 106, 107]);
});

it('handlers do not share their memories', async () => {
  const one = recordingHandler();
  const other = recordingHandler();
  const deduplicator = new CountingDeduplicator();
  const { deliver } = deliveryFixture(
    [
      { ...one, name: 'one', deduplicate: true },
      { ...other, name: 'other', deduplicate: true },
    ],
    { deduplicator },
  );
  await deliver(...numbers(101, 102));
  expect([one.seen, other.seen]).toEqual([
    [101, 102],
    [101, 102],
  ]);
});

it('nothing is kept of records that a filter keeps from the handler', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const handler = { ...recordingHandler(), filter: (payload: unknown) => payload === 101, deduplicate: true };
  const { deliver, delivery } = deliveryFixture([handler], { deduplicator: new CountingDeduplicator() });
  const kept = await (async () => {
    const records = numbers(101, 150);
    await deliver(...records);
    return records.map((each) => new WeakRef(each));
  })();
  expect(delivery.finished).toEqual(at(150));
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  // The last may be what the watermark refers to.
  expect(kept.filter((each) => each.deref() !== undefined).length).toBeLessThanOrEqual(5);
});

it.each<[string, () => never]>([
  ['rejects', () => Promise.reject(new Error('no connection')) as never],
  [
    'throws',
    () => {
      throw new Error('no connection');
    },
  ],
  ['answers with what is no set', () => Promise.resolve(7) as never],
])('a memory that %s holds nothing up, and is reported', async (_what, seen) => {
  const handler = recordingHandler();
  const broken: Deduplicator = { seen, remember: () => Promise.reject(new Error('no connection')) };
  const { deliver, delivery, eventTypes } = deliveryFixture([{ ...handler, deduplicate: true }], {
    deduplicator: broken,
  });
  await deliver(record(1, '"a"'));
  expect(handler.seen).toEqual(['a']);
  expect(delivery.finished).toEqual(at(1));
  expect(eventTypes()).toEqual(['deduplicator-failed', 'deduplicator-failed']);
});
