import type { GetRecordsOutput } from '@aws-sdk/client-kinesis';
import fc from 'fast-check';
import { BodyPool } from '../../src/client/body-pool.js';
import { readGetRecordsAnswer, recordsOf } from '../../src/client/get-records-answer.js';
import type { KinesisRecord } from '../../src/client/kinesis-gateway.js';
import { JsonAggregator } from '../../src/aggregators/index.js';
import { ScannedRecord } from '../../src/client/scanned-record.js';
import { sizeOf } from '../../src/scheduler/read-estimate.js';

/** JSON of a value with space of all sorts wherever JSON may have it, and members in the order they come in. */
function spacedOut(value: unknown, space: () => string): string {
  const between = (parts: readonly string[]): string =>
    parts.map((part) => `${space()}${part}${space()}`).join(',');
  if (Array.isArray(value)) return `[${between(value.map((each) => spacedOut(each, space)))}${space()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}${space()}:${space()}${spacedOut(member, space)}`,
  );
  return `{${between(members)}${space()}}`;
}

function plain({ sequenceNumber, partitionKey, data, arrivalTime }: KinesisRecord): object {
  return { sequenceNumber, partitionKey, data: Buffer.from(data).toString('base64'), arrivalTime };
}

interface RawRecord {
  SequenceNumber: string;
  PartitionKey: string;
  Data: string;
  ApproximateArrivalTimestamp: number;
}

/** What JSON.parse makes of the same. */
function expected({ Records, ...rest }: Record<string, unknown>): object {
  return {
    rest,
    records: (Records as RawRecord[]).map((record) => ({
      sequenceNumber: record.SequenceNumber,
      partitionKey: record.PartitionKey,
      data: record.Data,
      arrivalTime: Math.round(record.ApproximateArrivalTimestamp * 1000),
    })),
  };
}

const nextTurn = (): Promise<void> => Promise.resolve();

const answered = (text: string): Promise<GetRecordsOutput | undefined> =>
  readGetRecordsAnswer(Buffer.from(text), new BodyPool(), nextTurn);

async function read(
  text: string,
): Promise<{ rest: object; records: readonly KinesisRecord[]; bytes: number | undefined }> {
  const output = await answered(text);
  if (!output) throw new Error('not read');
  const { Records: _records, ...rest } = output;
  const { records = [], bytes } = recordsOf(output) ?? {};
  return { rest, records, bytes };
}

const ascii = fc.string({ unit: 'grapheme-ascii' });
const base64 = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const seconds = fc.oneof(
  fc.nat(),
  fc.double({ min: 0, max: 2e9, noNaN: true }),
  fc.constantFrom(1.763884800123e9, 1.5e-3, 1e21),
);

/** Members in any order, with or without one that nobody knows. */
const record = fc
  .record({
    SequenceNumber: fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 186n }).map(String), ascii),
    PartitionKey: fc.oneof(fc.uuid(), ascii, fc.string({ unit: 'binary' }), fc.constant('k'.repeat(256))),
    Data: base64,
    ApproximateArrivalTimestamp: seconds,
    EncryptionType: fc.constantFrom('KMS', 'NONE', null),
    Size: fc.oneof(fc.integer(), fc.boolean(), fc.constant({ nested: ['}'] }), fc.constant(null)),
  })
  .chain((members) => fc.shuffledSubarray(Object.entries(members), { minLength: 6 }))
  .map((entries) => Object.fromEntries(entries) as Record<string, unknown>);
const usual = fc.record({
  Data: base64,
  PartitionKey: fc.uuid(),
  ApproximateArrivalTimestamp: seconds,
  SequenceNumber: fc.bigInt({ min: 0n, max: 2n ** 186n }).map(String),
});
const answer = fc
  .record({
    MillisBehindLatest: fc.oneof(fc.nat(), fc.constant(null)),
    NextShardIterator: fc.oneof(ascii, fc.constant(null)),
    Records: fc.oneof(fc.array(record, { maxLength: 4 }), fc.array(usual, { maxLength: 400, size: '+1' })),
    ChildShards: fc.array(fc.record({ ShardId: ascii, Records: fc.array(usual, { maxLength: 1 }) }), {
      maxLength: 2,
    }),
    Unknown: fc.jsonValue({ maxDepth: 2 }),
  })
  .chain((members) => fc.shuffledSubarray(Object.entries(members), { minLength: 5 }))
  .map((entries) => Object.fromEntries(entries) as Record<string, unknown>);

it('reads every answer as JSON.parse does', async () => {
  await fc.assert(
    fc.asyncProperty(
      answer,
      fc.infiniteStream(fc.constantFrom('', '', '', '', ' ', '\n', '\t\r\n  ')),
      async (value, spaces) => {
        const text = spacedOut(value, () => (spaces.next().value as string | undefined) ?? '');
        const { rest, records, bytes } = await read(text);
        expect({ rest, records: records.map(plain) }).toEqual(expected(JSON.parse(text) as typeof value));
        if (bytes !== undefined) expect(bytes).toBe(sizeOf(records).bytes);
      },
    ),
    { numRuns: 300 },
  );
});

const RECORD =
  '{"Data":"eyJhIjoxfQ==","PartitionKey":"key","ApproximateArrivalTimestamp":1.7638848001234E9,"SequenceNumber":"123"}';
const VALUES = {
  sequenceNumber: '123',
  partitionKey: 'key',
  data: 'eyJhIjoxfQ==',
  arrivalTime: 1763884800123,
};

it('leaves what the service writes as it came until it is asked for', async () => {
  const { records, bytes } = await read(
    `{"MillisBehindLatest":0,"Records":[${RECORD},${RECORD}],"NextShardIterator":"i"}`,
  );
  for (const each of records) expect(each).toBeInstanceOf(ScannedRecord);
  expect(bytes).toBe(2 * ('{"a":1}'.length + 'key'.length));
  // The first is decoded over its base64: that must not reach beyond it, nor be done again.
  expect(records.map(plain)).toEqual([VALUES, VALUES]);
  expect(records.map(plain)).toEqual([VALUES, VALUES]);
});

it('makes records that are user records as they stand', async () => {
  const { records } = await read(`{"Records":[${RECORD}],"NextShardIterator":"i"}`);
  const [userRecord] = records.flatMap((record) => new JsonAggregator().unpack(record));
  expect(userRecord?.decoded).toBeUndefined();
  expect(userRecord?.dataBytes).toBe(userRecord?.data.byteLength);
});

it.each([
  ['an escape', `{"Records":[${RECORD.replace('key', '\\u006bey')}]}`],
  ['space before the colon', `{"Records" :[${RECORD}]}`],
  ['a member that holds others', `{"Records":[${RECORD.replace('{', '{"Tags":{"a":["b"]},')}]}`],
  ['records within something else before', `{"ChildShards":[{"Records":[{"a":1}]}],"Records":[${RECORD}]}`],
  ['records that come twice', `{"Records":[],"Records":[${RECORD}]}`],
])('reads %s with JSON.parse', async (_, text) => {
  const { records } = await read(text);
  expect(records.map(plain)).toEqual([VALUES]);
});

it('reads records that come twice as JSON.parse does, whichever it finds first', async () => {
  const { records } = await read(`{"Records":[${RECORD}],"Records":[]}`);
  expect(records).toEqual([]);
});

it.each([
  `{"Records":[${RECORD}`,
  `{"Records":[${RECORD},]}`,
  `{"Records":[${RECORD}${RECORD}]}`,
  `{"Records":[${RECORD}]`,
  `{"Records":[${RECORD}]}}`,
  `{"Records":[${RECORD.replace('1.7638848001234E9', '1.E9')}]}`,
  `{"Records":[${RECORD.replace('"123"}', '"123')}]}`,
  `{"Records":[${RECORD.slice(0, -3)}`,
])('throws for what is no JSON: %s', async (text) => {
  await expect(answered(text)).rejects.toThrow(SyntaxError);
});

it.each([
  `{"Records":[{}]}`,
  `{"Records":[${RECORD.replace('"key"', 'null')}]}`,
  `{"Records":[${RECORD.replace('"123"', '123')}]}`,
  `{"Records":null}`,
  `{"x":{"Records":[${RECORD}]}}`,
])('leaves to others what the service does not write: %s', async (text) => {
  expect(await answered(text)).toBeUndefined();
});

it('makes what the SDK would have made when somebody looks', async () => {
  const output = await answered(`{"Records":[${RECORD}]}`);
  const copy = { ...output } as GetRecordsOutput;
  expect(recordsOf(copy)).toBeDefined();
  expect(copy.Records).toHaveLength(1);
  expect(copy.Records?.[0]).toMatchObject({
    SequenceNumber: '123',
    ApproximateArrivalTimestamp: new Date(1763884800123),
  });
  expect(recordsOf(copy)).toBeUndefined();
});

it.each([
  [2_500, 0],
  [2_501, 1],
  [10_000, 3],
])('of %i records leaves others %i turns', async (count, expectedTurns) => {
  let turns = 0;
  const text = `{"Records":[${Array.from({ length: count }, () => RECORD).join(',')}],"NextShardIterator":"i"}`;
  const output = await readGetRecordsAnswer(Buffer.from(text), new BodyPool(), async () => {
    turns++;
  });

  expect(output?.NextShardIterator).toBe('i');
  expect(output && recordsOf(output)?.records.length).toBe(count);
  expect(turns).toBe(expectedTurns);
});
