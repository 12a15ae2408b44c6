import { createHash } from 'node:crypto';
import { jest } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  JsonSerializer,
  KinesisConsumer,
  type KinesisContext,
  KinesisProducer,
  KplAggregator,
  type ReceivedRecord,
} from 'nestjs-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import { BodyPool } from '../../src/client/body-pool.js';
import { fastOptions, startApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';

const COUNT = 20_000;

interface Item {
  readonly id: number;
  readonly text: string;
  /** Of the text. */
  readonly digest: string;
}

const digestOf = (text: string): string => createHash('sha1').update(text).digest('hex');

function itemOf(id: number): Item {
  const text = `${id}-é-`.repeat(20 + (id % 30));
  return { id, text, digest: digestOf(text) };
}

/** How often each handler has had each item. */
let seen: Record<'batches' | 'slow', Map<number, number>>;
let damaged: number;
/** Data that were taken while an item was handled. */
let taken: { readonly id: number; readonly data: Uint8Array }[];

function note(handler: keyof typeof seen, { id, text, digest }: Item): void {
  if (digestOf(text) !== digest) damaged++;
  seen[handler].set(id, (seen[handler].get(id) ?? 0) + 1);
}

@Injectable()
class Handlers {
  @KinesisConsumer('orders', { batch: { maxRecords: 300 } })
  onBatch(records: readonly ReceivedRecord<Item>[]): void {
    for (const { payload } of records) note('batches', payload);
  }

  @KinesisConsumer('orders', { concurrency: 20, orderBy: 'none' })
  async onItem(item: Item, context: KinesisContext): Promise<void> {
    // Now and then behind what others have finished long ago.
    if (item.id % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    // Some answers are kept, most are not.
    if (item.id % 3_000 === 7) taken.push({ id: item.id, data: context.data });
    note('slow', item);
  }
}

const given = jest.spyOn(BodyPool.prototype, 'give');
let kinesis: LocalKinesis;

beforeEach(async () => {
  seen = { batches: new Map(), slow: new Map() };
  damaged = 0;
  taken = [];
  kinesis = await LocalKinesis.start({ streams: { orders: { shards: 4 } } });
});

afterEach(() => kinesis.stop());

it('handlers get each record as it was put, though answers are read into the buffers of others before them', async () => {
  const { app } = await startApp(
    fastOptions(kinesis, {
      aggregator: new KplAggregator(new JsonSerializer()),
      consumer: { recordLimit: 4 },
    }),
    { providers: [Handlers] },
  );
  const producer = app.get(KinesisProducer);
  const items = Array.from({ length: COUNT }, (_, id) => itemOf(id));
  await producer.sendMany('orders', items, ({ id }) => ({ partitionKey: `key-${id}` }));
  await eventually(
    () => seen.batches.size === COUNT && seen.slow.size === COUNT,
    'each handler has had each record',
    100_000,
  );

  expect(damaged).toBe(0);
  for (const handler of [seen.batches, seen.slow])
    expect([...handler.values()].every((times) => times === 1)).toBe(true);
  expect(taken.map(({ id }) => id).sort((a, b) => a - b)).toEqual([
    7, 3_007, 6_007, 9_007, 12_007, 15_007, 18_007,
  ]);
  for (const { id, data } of taken) expect(JSON.parse(Buffer.from(data).toString())).toEqual(itemOf(id));
  expect(given.mock.calls.length).toBeGreaterThan(10);
});
