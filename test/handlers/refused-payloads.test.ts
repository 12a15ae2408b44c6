import { Injectable, ParseIntPipe, UseGuards } from '@nestjs/common';
import {
  KinesisConsumer,
  KinesisExecutionContext,
  KinesisPayload,
  KinesisProducer,
  type ReceivedRecord,
  type StandardSchema,
} from 'nestjs-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import { fastOptions, startApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';

const ORDERS = Array.from({ length: 20 }, (_, id) => id);

/** The orders that handlers here refuse, one way or another. */
const isRefused = (order: unknown): boolean => order === 7 || order === 8 || order === 15;

const accepted = ORDERS.filter((order) => !isRefused(order));

const SCHEMA: StandardSchema<number> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) =>
      isRefused(value) ? { issues: [{ message: 'refused' }] } : { value: value as number },
  },
};

let kinesis: LocalKinesis;
let handled: number[];
let attempts: number;

beforeEach(async () => {
  handled = [];
  attempts = 0;
  kinesis = await LocalKinesis.start({ streams: { orders: { shards: 1 } } });
});

afterEach(() => kinesis.stop());

@Injectable()
class ValidatingHandler {
  @KinesisConsumer('orders', { onExhausted: 'skip' })
  handle(@KinesisPayload({ schema: SCHEMA }) order: number): void {
    handled.push(order);
  }
}

@Injectable()
class GuardedHandler {
  @UseGuards({ canActivate: (context) => !isRefused(KinesisExecutionContext.of(context).payload) })
  @KinesisConsumer('orders', { onExhausted: 'skip' })
  handle(order: number): void {
    handled.push(order);
  }
}

@Injectable()
class BatchHandler {
  @KinesisConsumer('orders', { onExhausted: 'skip', batch: { maxRecords: 10, maxWait: 1000 } })
  handle(@KinesisPayload({ schema: SCHEMA }) records: ReceivedRecord<number>[]): void {
    attempts++;
    handled.push(...records.map(({ payload }) => payload));
  }
}

@Injectable()
class BatchWithPipe {
  @KinesisConsumer('orders', { onExhausted: 'skip', batch: { maxRecords: 10, maxWait: 1000 } })
  handle(
    @KinesisPayload({ transform: (order: number) => (isRefused(order) ? 'x' : String(order)) }, ParseIntPipe)
    records: ReceivedRecord<number>[],
  ): void {
    attempts++;
    handled.push(...records.map(({ payload }) => payload));
  }
}

it.each([
  ['a schema', ValidatingHandler],
  ['a guard', GuardedHandler],
  ['a schema, in a batch', BatchHandler],
  ['a pipe, in a batch', BatchWithPipe],
])(
  'what %s refuses is given up at once, and everything else handled once, in order',
  async (_what, handler) => {
    const { app, logger } = await startApp(
      fastOptions(kinesis, { producer: { ordering: 'partition-key' } }),
      { providers: [handler] },
    );
    const producer = app.get(KinesisProducer);
    await producer.putMany('orders', ORDERS, () => ({ partitionKey: 'k' }));
    await eventually(() => handled.includes(19), 'the last order handled');
    await app.close();
    expect(handled).toEqual(accepted);
    const skipped = logger.texts('error').filter((line) => line.includes('skipped'));
    expect(skipped).toHaveLength(ORDERS.length - accepted.length);
    // A batch is handed over again without the records that are given up, and not once for each of them.
    expect(attempts).toBeLessThanOrEqual(4);
  },
);
