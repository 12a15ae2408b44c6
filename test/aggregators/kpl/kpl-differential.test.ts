import { createRequire } from 'node:module';
import * as fc from 'fast-check';
import { BytesSerializer, KplAggregator, type UserRecord } from '../../../src/aggregators/index.js';
import { packingOf, plain, sealOne } from '../support/aggregates.js';
import { binaryRecords, userRecord } from '../support/arbitraries.js';
import { referenceDecode, referenceEncode } from '../support/kpl-reference.js';

interface LambdaRecord {
  partitionKey: string;
  explicitPartitionKey?: string | null;
  data: string;
  subSequenceNumber: number;
}

/** aws-kinesis-agg, as far as it is used here: its own types are those of another major version of the SDK. */
interface AwsKinesisAgg {
  deaggregateSync(
    record: { data: string; partitionKey: string; sequenceNumber: string },
    computeChecksums: boolean,
    callback: (error: Error | null, records?: LambdaRecord[]) => void,
  ): void;
  RecordAggregator: new () => {
    addUserRecord(record: { data: Buffer; partitionKey: string; explicitHashKey?: string }): void;
    build(): { data: Buffer };
  };
}

const require = createRequire(import.meta.url);
const agg = require('aws-kinesis-agg') as AwsKinesisAgg;

const aggregator = new KplAggregator(new BytesSerializer(), { alone: 'aggregated' });

function aggregateOf(records: readonly UserRecord[]): Buffer {
  const open = packingOf(aggregator).open();
  for (const record of records) open.tryAdd(record, Infinity);
  return Buffer.from(sealOne(open).data);
}

describe('KPL aggregates', () => {
  it('are byte for byte what protobufjs makes of the same records', () => {
    fc.assert(
      fc.property(binaryRecords, (records) => {
        expect(aggregateOf(records)).toEqual(referenceEncode(records));
      }),
      { numRuns: 150 },
    );
  });

  it('are byte for byte what protobufjs makes of many keys and large data', () => {
    const records = Array.from({ length: 20_000 }, (_, index) =>
      userRecord(Buffer.alloc(index % 97), `key ${index}`, index % 3 === 0 ? String(index) : undefined),
    );
    records.push(userRecord(Buffer.alloc(3_000_000, 1), 'large'));
    expect(aggregateOf(records).equals(referenceEncode(records))).toBe(true);
    expect(aggregator.unpack({ data: aggregateOf(records), partitionKey: 'a' })).toHaveLength(20_001);
  });

  it('are read by protobufjs', () => {
    fc.assert(
      fc.property(binaryRecords, (records) => {
        expect(referenceDecode(aggregateOf(records)).map(plain)).toEqual(records.map(plain));
      }),
      { numRuns: 150 },
    );
  });

  it('are read by aws-kinesis-agg', () => {
    fc.assert(
      fc.property(binaryRecords, (records) => {
        let read: LambdaRecord[] | undefined;
        agg.deaggregateSync(
          { data: aggregateOf(records).toString('base64'), partitionKey: 'a', sequenceNumber: '1' },
          true,
          (error, userRecords) => {
            if (error) throw error;
            read = userRecords;
          },
        );
        expect(read?.map(({ data, partitionKey }) => [Buffer.from(data, 'base64'), partitionKey])).toEqual(
          records.map(({ data, partitionKey }) => [Buffer.from(data), partitionKey]),
        );
        expect(read?.map((record) => record.subSequenceNumber)).toEqual(records.map((_, index) => index));
      }),
      { numRuns: 100 },
    );
  });

  it('of aws-kinesis-agg are read', () => {
    fc.assert(
      fc.property(binaryRecords, (records) => {
        // It keeps keys in a plain object, where numbers come first, and counts UTF-16 units: keys it can cope with.
        const tame = records.map(({ data, explicitHashKey }, index) =>
          userRecord(data, `key ${index % 3}`, explicitHashKey === undefined ? undefined : '17'),
        );
        const writer = new agg.RecordAggregator();
        for (const record of tame) writer.addUserRecord({ ...record, data: Buffer.from(record.data) });
        const unpacked = aggregator.unpack({ data: writer.build().data, partitionKey: 'a' });
        expect(unpacked.map(plain)).toEqual(tame.map(plain));
      }),
      { numRuns: 100 },
    );
  });
});
