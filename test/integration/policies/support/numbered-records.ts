import { JsonSerializer, KplAggregator } from 'nestjs-kinesis';
import type { LocalKinesis } from 'nestjs-kinesis/testing';
import { bytesOf } from '../../../../src/aggregators/serializers/utf8.js';

/** What the records of these tests say. */
export interface Numbered {
  readonly number: number;
  readonly key: string;
}

/** A Kinesis record, and the numbers of the user records in it. */
export interface NumberedRecord {
  readonly data: Uint8Array;
  readonly partitionKey: string;
  readonly numbers: readonly number[];
}

export interface NumberedOptions {
  /** How many partition keys they have, one after the other. */
  readonly keys?: number;
  /** The numbers of those that cannot be decoded. */
  readonly broken?: readonly number[];
}

const PUT_RECORDS = 500;
const serializer = new JsonSerializer();

/** Records 0 to `count` - 1, one user record in each. */
export function numbered(
  count: number,
  { keys = 4, broken = [] }: NumberedOptions = {},
): readonly NumberedRecord[] {
  return Array.from({ length: count }, (_, number) => {
    const key = `key-${number % keys}`;
    const data = broken.includes(number)
      ? Buffer.from('no JSON')
      : bytesOf(serializer.serialize({ number, key } satisfies Numbered));
    return { data, partitionKey: key, numbers: [number] };
  });
}

/** The same records, as many to an aggregate of the KPL as `size` says. */
export function aggregated(records: readonly NumberedRecord[], size: number): readonly NumberedRecord[] {
  const { packing } = new KplAggregator(serializer);
  const aggregates: NumberedRecord[] = [];
  for (let from = 0; from < records.length; from += size) {
    const aggregate = packing.open();
    const part = records.slice(from, from + size);
    for (const record of part) aggregate.tryAdd(record, 1_000_000);
    const [sealed] = aggregate.seal();
    if (!sealed) continue;
    const { data, partitionKey } = sealed;
    aggregates.push({ data, partitionKey, numbers: part.flatMap(({ numbers }) => numbers) });
  }
  return aggregates;
}

/**
 * Puts records.
 *
 * @returns the number of each user record by its place, see {@link placeOf}
 */
export async function putNumbered(
  kinesis: LocalKinesis,
  stream: string,
  records: readonly NumberedRecord[],
): Promise<Map<string, number>> {
  const numbers = new Map<string, number>();
  for (let from = 0; from < records.length; from += PUT_RECORDS) {
    const part = records.slice(from, from + PUT_RECORDS);
    const { Records } = await kinesis.execute('PutRecords', {
      StreamName: stream,
      Records: part.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey })),
    });
    (Records as { SequenceNumber: string }[]).forEach(({ SequenceNumber }, index) => {
      part[index]?.numbers.forEach((number, sub) => {
        numbers.set(placeOf({ stream, sequenceNumber: SequenceNumber, subSequenceNumber: sub }), number);
      });
    });
  }
  return numbers;
}

export function placeOf(at: { stream: string; sequenceNumber: string; subSequenceNumber: number }): string {
  return `${at.stream}/${at.sequenceNumber}/${at.subSequenceNumber}`;
}
