import type { _Record, GetRecordsOutput } from '@aws-sdk/client-kinesis';
import type { KinesisRecord } from './kinesis-gateway.js';

/** A record as JSON has it. */
interface RawRecord {
  readonly SequenceNumber: string;
  readonly PartitionKey: string;
  /** Base64. */
  readonly Data: string;
  /** Seconds since the Unix epoch, with a fraction. */
  readonly ApproximateArrivalTimestamp: number;
}

/** The records of outputs whose `Records` nobody has asked for. */
const unseen = new WeakMap<GetRecordsOutput, readonly KinesisRecord[]>();

/**
 * Reads the answer to a GetRecords call. The output's `Records` are made when somebody asks for them, which only a
 * middleware of the app does: the engine takes {@link recordsOf}.
 *
 * @returns undefined for JSON that is not as the service writes it
 * @throws SyntaxError for what is no JSON
 */
export function readGetRecordsAnswer(body: Buffer): GetRecordsOutput | undefined {
  const answer = JSON.parse(body.toString()) as { Records?: readonly RawRecord[] | null };
  if (!answer.Records?.every(isRecord)) return undefined;
  const records = answer.Records.map(toRecord);
  const output = answer as unknown as GetRecordsOutput;
  unseen.set(output, records);
  Object.defineProperty(output, 'Records', {
    configurable: true,
    enumerable: true,
    get: () => {
      // What they are changed to counts from now on.
      unseen.delete(output);
      const value = records.map(toSdkRecord);
      Object.defineProperty(output, 'Records', { value, writable: true });
      return value;
    },
  });
  return output;
}

/** The records of an output as they came, if no middleware has touched them. */
export function recordsOf(output: GetRecordsOutput): readonly KinesisRecord[] | undefined {
  return unseen.get(output);
}

function isRecord({ SequenceNumber, PartitionKey, Data, ApproximateArrivalTimestamp }: RawRecord): boolean {
  return (
    typeof SequenceNumber === 'string' &&
    typeof PartitionKey === 'string' &&
    typeof Data === 'string' &&
    typeof ApproximateArrivalTimestamp === 'number'
  );
}

function toRecord(record: RawRecord): KinesisRecord {
  return {
    sequenceNumber: record.SequenceNumber,
    partitionKey: record.PartitionKey,
    data: Buffer.from(record.Data, 'base64'),
    arrivalTime: Math.round(record.ApproximateArrivalTimestamp * 1000),
  };
}

function toSdkRecord({ sequenceNumber, partitionKey, data, arrivalTime }: KinesisRecord): _Record {
  return {
    SequenceNumber: sequenceNumber,
    PartitionKey: partitionKey,
    Data: data,
    ApproximateArrivalTimestamp: new Date(arrivalTime),
  };
}
