import fc from 'fast-check';
import {
  type Aggregator,
  BytesSerializer,
  compressed,
  JsonAggregator,
  JsonLinesAggregator,
  JsonListAggregator,
  JsonSerializer,
  KplAggregator,
  NetstringAggregator,
  StringAggregator,
} from 'nestjs-kinesis';
import { MsgpackAggregator, MsgpackListAggregator } from 'nestjs-kinesis/msgpack';
import { type FramingName, loadFrame } from '../../../src/cli/redrive/framing.js';
import { deadLetter } from '../../support/dead-letter.js';
import { bytesOf } from '../../../src/aggregators/serializers/utf8.js';

/** MessagePack gives a key that would be a prototype another name. */
const json = fc
  .jsonValue({ stringUnit: 'grapheme' })
  .filter((value) => !JSON.stringify(value).includes('__proto__'));
const lists = fc.oneof(json, fc.array(json));

const aggregators: [FramingName, Aggregator, fc.Arbitrary<unknown>][] = [
  ['plain', new JsonAggregator(), lists],
  ['plain', new StringAggregator(), fc.string()],
  ['plain', new KplAggregator(new JsonSerializer()), lists],
  ['plain', new MsgpackAggregator(), lists],
  ['plain', compressed(new JsonAggregator(), 'brotli'), lists],
  ['lines', new JsonLinesAggregator(), lists],
  ['lines', compressed(new JsonLinesAggregator(), 'gzip'), lists],
  ['json-list', new JsonListAggregator(), lists],
  [
    'netstrings',
    new NetstringAggregator(new BytesSerializer()),
    fc.oneof(fc.uint8Array(), fc.constant(Buffer.from('3:abc,'))),
  ],
  ['msgpack-list', new MsgpackListAggregator(), lists],
];

it.each(aggregators)(
  '%s: what %p takes apart is the one value that was in the letter',
  async (name, aggregator, values) => {
    const frame = await loadFrame(name);
    fc.assert(
      fc.property(values, (value) => {
        const data = bytesOf(aggregator.serialize(value));
        const record = frame(deadLetter({ data, partitionKey: 'käse' }));
        const userRecords = aggregator.unpack(record);
        expect(userRecords).toHaveLength(1);
        const [{ decoded, data: again } = { data }] = userRecords;
        const read = decoded ? decoded.value : aggregator.deserialize(again);
        expect(Buffer.from(aggregator.serialize(read))).toEqual(Buffer.from(data));
        expect(record.partitionKey).toBe('käse');
      }),
      { numRuns: 50 },
    );
  },
);

it('leaves a record that could not be taken apart as it was', async () => {
  const letter = deadLetter({
    data: Buffer.from('[1,2'),
    explicitHashKey: '7',
    error: { name: 'DeserializationError', code: 'KINESIS_DESERIALIZATION', message: '' },
  });
  const frame = await loadFrame('json-list');
  expect(frame(letter)).toEqual({ data: letter.data, partitionKey: 'key', explicitHashKey: '7' });
});
