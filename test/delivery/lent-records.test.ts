import {
  BytesSerializer,
  JsonAggregator,
  JsonSerializer,
  KplAggregator,
} from '../../src/aggregators/index.js';
import type { Aggregator } from '../../src/aggregators/aggregator.js';
import type { Serializer } from '../../src/aggregators/serializers/serializer.js';
import { bytesOf } from '../../src/aggregators/serializers/utf8.js';
import type { KinesisRecord } from '../../src/client/kinesis-gateway.js';
import type { DeadLetterSink } from '../../src/delivery/dead-letters/dead-letter-sink.js';
import type { Handler } from '../../src/delivery/handler.js';
import type { ReceivedRecord } from '../../src/delivery/received-record.js';
import type { ShardDeliveryOptions } from '../../src/delivery/shard-delivery.js';
import { DataReleasedError } from '../../src/errors.js';
import { lendingPage } from '../support/lending-page.js';
import { policyWith } from '../support/scripted-handlers.js';
import { batchHandler } from './support/batch-handler.js';
import { deliveryFixture, page, record, settled } from './support/delivery-fixture.js';

const KPL = new KplAggregator(new JsonSerializer());

/** A Kinesis record with an aggregate of these values, whose keys are `key-0`, `key-1` and so on. */
function aggregate(sequenceNumber: number, values: readonly unknown[], aggregator = KPL): KinesisRecord {
  const open = aggregator.packing.open();
  values.forEach((value, index) => {
    open.tryAdd({ data: bytesOf(aggregator.serialize(value)), partitionKey: `key-${index}` }, 1_000_000);
  });
  const [sealed] = open.seal();
  return { ...record(sequenceNumber, ''), data: sealed?.data ?? new Uint8Array() };
}

/** Has records handled whose data are written over as soon as they are taken back. */
async function handled(
  records: readonly KinesisRecord[],
  options: Partial<ShardDeliveryOptions> = {},
  settings: Partial<Handler> = {},
  look: (record: ReceivedRecord) => void = () => undefined,
): Promise<{ records: readonly ReceivedRecord[]; payloads: readonly unknown[]; events: readonly unknown[] }> {
  const batches = batchHandler({}, (_payloads, _context, received) => received.forEach(look), settings);
  const { delivery, events } = deliveryFixture([batches.handler], { aggregator: KPL, ...options });
  delivery.accept(lendingPage(page(records)));
  await settled();
  return { records: batches.records, payloads: batches.batches.flat(), events };
}

const text = ({ data }: { data: Uint8Array }): string => Buffer.from(data).toString();

describe('records whose data are in a buffer that is used again', () => {
  const VALUES = ['one', { two: 2 }, 'drei', [4], 5];

  it.each([
    ['aggregates', [aggregate(7, VALUES.slice(0, 2)), aggregate(8, VALUES.slice(2))]],
    ['plain ones', VALUES.map((value, index) => record(7 + index, JSON.stringify(value), 'key-0'))],
  ])('are handled, and know afterwards all but their data: %s', async (_, lent) => {
    const { records, payloads, events } = await handled(lent);
    expect(payloads).toEqual(VALUES);
    expect(events).toEqual([]);
    expect(records.map(({ payload }) => payload)).toEqual(VALUES);
    for (const each of records) {
      expect(each.partitionKey).toMatch(/^key-\d$/);
      expect(each.id).toContain(each.sequenceNumber);
      expect(() => each.data).toThrow(DataReleasedError);
    }
  });

  it('leave for good what has been taken of their data while they were handled', async () => {
    const taken: Uint8Array[] = [];
    const { records } = await handled([aggregate(7, VALUES), record(8, '"six"')], {}, {}, (each) => {
      if (each.payload === 'drei') taken.push(each.data);
    });
    expect(taken.map((data) => text({ data }))).toEqual(['"drei"']);
    for (const each of records) expect(() => each.data).toThrow(DataReleasedError);
  });

  it('release their data also where these are in no such buffer', async () => {
    const batches = batchHandler();
    const { deliver } = deliveryFixture([batches.handler]);
    await deliver(record(7, '"seven"'));
    expect(batches.batches).toEqual([['seven']]);
    for (const each of batches.records) expect(() => each.data).toThrow(DataReleasedError);
  });

  it('have their data until the last handler has finished', async () => {
    let finish = (): void => undefined;
    const slow = batchHandler({}, () => new Promise<void>((resolve) => (finish = resolve)));
    const quick = batchHandler();
    const { delivery } = deliveryFixture([slow.handler, quick.handler], { aggregator: KPL });
    delivery.accept(lendingPage(page([record(7, '"seven"')])));
    await settled();
    expect(quick.records.map(text)).toEqual(['"seven"']);
    finish();
    await settled();
    for (const each of [...quick.records, ...slow.records])
      expect(() => each.data).toThrow(DataReleasedError);
  });

  it.each<[string, Partial<ShardDeliveryOptions>, Partial<Handler>]>([
    ['the app says itself what is done', { checkpointMode: 'manual' }, {}],
    [
      'they are collected in windows',
      {},
      { shape: { type: 'window', length: 1_000, maxRecords: 3, maxBytes: 1_000, maxWait: 0 } },
    ],
  ])('keep their data where %s', async (_, options, settings) => {
    const { records } = await handled([aggregate(7, VALUES)], options, settings);
    expect(records.map(text)).toEqual(VALUES.map((value) => JSON.stringify(value)));
  });

  class Keeping extends JsonSerializer {
    override deserialize(data: Uint8Array): unknown {
      return { kept: data };
    }
  }
  class KeepingAggregator extends JsonAggregator {
    override deserialize(data: Uint8Array): unknown {
      return { kept: data };
    }
  }
  const bytes: Serializer = {
    name: 'own',
    serialize: (value) => JSON.stringify(value),
    deserialize: (data) => ({ kept: data }),
  };

  it.each<[string, Aggregator]>([
    ['a serializer with a deserialize of its own', new KplAggregator(new Keeping())],
    ['an aggregator with a deserialize of its own', new KeepingAggregator()],
    ['a serializer of the app', new KplAggregator(bytes)],
  ])('leave for good what %s makes of them', async (_, aggregator) => {
    const { payloads } = await handled([record(7, '"seven"'), record(8, '"eight"')], { aggregator });
    expect(payloads.map((payload) => text({ data: (payload as { kept: Uint8Array }).kept }))).toEqual([
      '"seven"',
      '"eight"',
    ]);
  });

  it('leave for good what is handed on as bytes', async () => {
    const aggregator = new KplAggregator(new BytesSerializer());
    const values = ['seven', 'eight'].map((value) => Buffer.from(value));
    const { payloads } = await handled([aggregate(7, values, aggregator)], { aggregator });
    expect(payloads.map((data) => text({ data: data as Uint8Array }))).toEqual(['seven', 'eight']);
  });

  it('are dead letters with their data', async () => {
    const letters: string[] = [];
    const deadLetterSink: DeadLetterSink = {
      name: 'sink',
      send: async (each) => void letters.push(...each.map(text)),
    };
    const policy = policyWith({ retry: { attempts: 1 }, onExhausted: 'dead-letter' });
    await handled([aggregate(7, VALUES)], { deadLetterSink }, { policy }, () => {
      throw new Error('told to fail');
    });
    expect(letters).toEqual(VALUES.map((value) => JSON.stringify(value)));
  });
});
