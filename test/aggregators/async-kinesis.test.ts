import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Aggregator,
  JsonAggregator,
  JsonLinesAggregator,
  JsonListAggregator,
  JsonSerializer,
  KplAggregator,
  StringSerializer,
} from '../../src/aggregators/index.js';
import { MsgpackAggregator } from '../../src/aggregators/msgpack/index.js';
import { packAll, valueOf } from './support/aggregates.js';
import { userRecord } from './support/arbitraries.js';

interface Recorded {
  processors: Record<string, { items: unknown[]; records: string[] }>;
}

/** Made by fixtures/record-async-kinesis.py with the versions it names. */
const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures', 'async-kinesis.json'), 'utf8'),
) as Recorded;

function recordedBy(processor: string): { items: unknown[]; records: Buffer[] } {
  const found = recorded.processors[processor];
  if (!found) throw new Error(`nothing was recorded of ${processor}`);
  return { items: found.items, records: found.records.map((text) => Buffer.from(text, 'base64')) };
}

const COUNTERPARTS: readonly [string, Aggregator][] = [
  ['JsonProcessor', new JsonAggregator()],
  ['JsonLineProcessor', new JsonLinesAggregator()],
  ['JsonListProcessor', new JsonListAggregator()],
  ['MsgpackProcessor', new MsgpackAggregator()],
  ['KPLJsonProcessor', new KplAggregator(new JsonSerializer())],
  ['KPLStringProcessor', new KplAggregator(new StringSerializer())],
];

describe.each(COUNTERPARTS)('what %s of async-kinesis wrote', (processor, aggregator) => {
  it('is read item by item', () => {
    const { items, records } = recordedBy(processor);
    const values = records
      .flatMap((data) => aggregator.unpack({ data, partitionKey: 'a' }))
      .map((record) => valueOf(aggregator, record));
    expect(values).toEqual(items);
  });

  it('gives the bytes of each item to those who ask for them', () => {
    const { items, records } = recordedBy(processor);
    const values = records
      .flatMap((data) => aggregator.unpack({ data, partitionKey: 'a' }))
      .map((record) => aggregator.deserialize(record.data));
    expect(values).toEqual(items);
  });
});

describe('the same bytes as async-kinesis, given the same serialized items', () => {
  // Python's JSON has spaces after commas and colons, and MessagePack of integers beyond 32 bits is Python's own:
  // the framing is what must be equal.
  it.each([
    ['JsonLineProcessor', new JsonLinesAggregator()],
    ['MsgpackProcessor', new MsgpackAggregator()],
    ['KPLJsonProcessor', new KplAggregator(new JsonSerializer(), { alone: 'aggregated' })],
    ['KPLStringProcessor', new KplAggregator(new StringSerializer(), { alone: 'aggregated' })],
  ] as const)('%s', (processor, aggregator) => {
    const { records } = recordedBy(processor);
    for (const data of records) {
      const items = aggregator.unpack({ data, partitionKey: 'a' }).map((item) => userRecord(item.data, 'a'));
      expect(packAll(aggregator, items, 1_000_000).map((sealed) => Buffer.from(sealed.data))).toEqual([data]);
    }
  });

  it('MsgpackSerializer writes what Python writes', () => {
    const { items, records } = recordedBy('MsgpackProcessor');
    const aggregator = new MsgpackAggregator();
    const [data = Buffer.alloc(0)] = records;
    const python = aggregator.unpack({ data, partitionKey: 'a' }).map((item) => Buffer.from(item.data));
    const beyond32Bits = items.indexOf(1_700_000_000_000);
    for (const [index, item] of items.entries()) {
      if (index !== beyond32Bits) expect(Buffer.from(aggregator.serialize(item))).toEqual(python[index]);
    }
  });
});
