import * as fc from 'fast-check';
import { DeserializationError } from '../../src/errors.js';
import type { Aggregator, UserRecord } from '../../src/aggregators/index.js';
import { PACKING } from './support/aggregators.js';
import { packAll } from './support/aggregates.js';
import { recordsOf } from './support/arbitraries.js';
import { envelope } from './support/kpl-reference.js';

type Mutation = (data: Buffer) => Buffer;

const position = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** What goes wrong with bytes on their way, and what someone may do to them on purpose. */
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(position, fc.nat(255)).map(([where, byte]) => (data: Buffer) => {
    const mutated = Buffer.from(data);
    if (mutated.length > 0) mutated[Math.floor(where * mutated.length)] = byte;
    return mutated;
  }),
  position.map((where) => (data: Buffer) => data.subarray(0, Math.floor(where * data.length))),
  fc
    .tuple(position, fc.uint8Array({ minLength: 1, maxLength: 8 }))
    .map(([where, inserted]) => (data: Buffer) => {
      const at = Math.floor(where * data.length);
      return Buffer.concat([data.subarray(0, at), inserted, data.subarray(at)]);
    }),
  fc.tuple(position, position).map(([one, other]) => (data: Buffer) => {
    const [start, end] = [Math.min(one, other), Math.max(one, other)].map((part) =>
      Math.floor(part * data.length),
    );
    return Buffer.concat([data.subarray(0, end), data.subarray(start)]);
  }),
);

const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 });

/** Past the digest, or hardly anything that was changed would be looked at. */
function withDigest(data: Buffer): Buffer {
  return data.length > 20 && data.readUInt32BE(0) === 0xf3899ac2 ? envelope(data.subarray(4, -16)) : data;
}

/** Records, or the one error that is foreseen; no more data than came in unless they were compressed. */
function unpackOrRefuse(aggregator: Aggregator, data: Buffer): void {
  let records: readonly UserRecord[];
  try {
    records = aggregator.unpack({ data, partitionKey: 'key' });
  } catch (error) {
    expect(error).toBeInstanceOf(DeserializationError);
    return;
  }
  expect(records.length).toBeLessThanOrEqual(500_000);
  for (const record of records) {
    expect(typeof record.partitionKey).toBe('string');
    expect(record.data).toBeInstanceOf(Uint8Array);
    if (!record.decoded && !aggregator.name.includes('(')) {
      expect(record.data.length).toBeLessThanOrEqual(data.length);
    }
  }
}

describe.each(PACKING)('%s', (_, create) => {
  it('survives what is left of a valid aggregate', () => {
    const aggregator = create();
    fc.assert(
      fc.property(
        recordsOf((value) => aggregator.serialize(value)),
        mutations,
        (records, steps) => {
          for (const { data } of packAll(aggregator, records, 1_000_000)) {
            const mutated = steps.reduce<Buffer>((bytes, step) => step(bytes), Buffer.from(data));
            unpackOrRefuse(aggregator, mutated);
            unpackOrRefuse(aggregator, withDigest(mutated));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('survives any bytes', () => {
    const aggregator = create();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        unpackOrRefuse(aggregator, Buffer.from(bytes));
        unpackOrRefuse(aggregator, envelope(bytes));
      }),
      { numRuns: 300 },
    );
  });

  it('leaves the record as it was', () => {
    const aggregator = create();
    fc.assert(
      fc.property(
        recordsOf((value) => aggregator.serialize(value)),
        (records) => {
          for (const { data } of packAll(aggregator, records, 1_000_000)) {
            const before = Buffer.from(data);
            aggregator.unpack({ data, partitionKey: 'key' });
            expect(Buffer.from(data).equals(before)).toBe(true);
          }
        },
      ),
      { numRuns: 20 },
    );
  });
});
