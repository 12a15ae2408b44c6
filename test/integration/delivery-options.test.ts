import { Injectable } from '@nestjs/common';
import {
  type BatchResult,
  DeadLetter,
  decodeDeadLetter,
  type KinesisBatchContext,
  KinesisConsumer,
  type KinesisContext,
  KinesisProducer,
  MemoryDeduplicator,
  type ReceivedRecord,
} from 'nestjs-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import { fastOptions, startApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';

interface Order {
  readonly id: number;
  readonly customer: string;
  readonly type: 'order' | 'refund';
}

const ORDERS: readonly Order[] = Array.from({ length: 60 }, (_, id) => ({
  id,
  customer: `customer-${id % 5}`,
  type: id % 3 === 0 ? 'refund' : 'order',
}));

/** Ids in the order in which each handler was done with them; each test begins afresh. */
let journal: Record<'batches' | 'keyed' | 'refunds' | 'letters', number[]>;
let attempts: Map<number, number>;

@Injectable()
class Handlers {
  @KinesisConsumer('orders', { batch: { maxRecords: 7, maxWait: 20 }, retry: { backoff: { initial: 1 } } })
  onBatch(records: readonly ReceivedRecord<Order>[], context: KinesisBatchContext): BatchResult {
    expect(context.shardId).toMatch(/^shardId-/);
    const failed = records.filter(({ payload, attempt }) => payload.id === 11 && attempt < 3);
    for (const record of records) if (!failed.includes(record)) journal.batches.push(record.payload.id);
    return { failed };
  }

  @KinesisConsumer('orders', {
    concurrency: 8,
    orderBy: (order: Order) => order.customer,
    retry: { attempts: 2, backoff: { initial: 1 } },
    timeout: 5_000,
    onExhausted: 'dead-letter',
    deduplicate: true,
  })
  async onKeyed(order: Order, context: KinesisContext): Promise<void> {
    await Promise.resolve();
    attempts.set(order.id, context.attempt);
    if (order.id === 23) throw new Error('never');
    if (order.id === 31) throw new DeadLetter('refused');
    journal.keyed.push(order.id);
  }

  @KinesisConsumer('orders', { filter: { data: { type: ['refund'] } } })
  onRefund(order: Order): void {
    journal.refunds.push(order.id);
  }
}

@Injectable()
class Letters {
  @KinesisConsumer('dead', { name: 'letters' })
  onLetter(letter: unknown): void {
    const { data, attempts: tries, reason, handler } = decodeDeadLetter(Buffer.from(JSON.stringify(letter)));
    const { id } = JSON.parse(Buffer.from(data).toString()) as Order;
    expect(handler).toBe('Handlers.onKeyed');
    expect([tries, reason]).toEqual(id === 23 ? [2, undefined] : [1, 'refused']);
    journal.letters.push(id);
  }
}

let kinesis: LocalKinesis;

beforeEach(async () => {
  journal = { batches: [], keyed: [], refunds: [], letters: [] };
  attempts = new Map();
  kinesis = await LocalKinesis.start({ streams: { orders: { shards: 2 }, dead: { shards: 1 } } });
});

afterEach(() => kinesis.stop());

it('handlers of one stream in their shapes, with their policies, each get what is theirs', async () => {
  const options = fastOptions(kinesis, {
    streams: { orders: {}, dead: {} },
    deadLetterSink: { stream: 'dead' },
    deduplicator: new MemoryDeduplicator(),
  });
  const { app } = await startApp(options, { providers: [Handlers, Letters] });
  const producer = app.get(KinesisProducer);
  for (const order of ORDERS) await producer.send('orders', order, { partitionKey: order.customer });
  const ids = ORDERS.map(({ id }) => id);
  await eventually(
    () => journal.letters.length >= 2 && journal.batches.length >= 60 && journal.keyed.length >= 58,
    `all is handled: ${JSON.stringify(journal)}`,
  );
  const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);
  expect(sorted(journal.batches)).toEqual(ids);
  expect(sorted(journal.keyed)).toEqual(ids.filter((id) => id !== 23 && id !== 31));
  expect(sorted(journal.letters)).toEqual([23, 31]);
  expect(sorted(journal.refunds)).toEqual(ids.filter((id) => id % 3 === 0));
  for (let customer = 0; customer < 5; customer++) {
    const ofCustomer = journal.keyed.filter((id) => id % 5 === customer);
    expect(ofCustomer).toEqual(sorted(ofCustomer));
  }
  expect([attempts.get(23), attempts.get(31)]).toEqual([2, 1]);
});

it('an app whose handler asks for dead letters does not start without a sink', async () => {
  const options = fastOptions(kinesis, { deduplicator: new MemoryDeduplicator() });
  await expect(startApp(options, { providers: [Handlers] })).rejects.toMatchObject({
    code: 'KINESIS_CONFIGURATION',
    message: expect.stringContaining('deadLetterSink') as string,
  });
});
