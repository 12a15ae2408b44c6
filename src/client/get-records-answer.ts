import { isAscii } from 'node:buffer';
import type { _Record, GetRecordsOutput } from '@aws-sdk/client-kinesis';
import type { BodyPool } from './body-pool.js';
import type { KinesisRecord, RecordsPage } from './kinesis-gateway.js';
import { RecordsScanner } from './records-scanner.js';

/** What an answer brings. */
export type AnsweredRecords = Pick<RecordsPage, 'records' | 'bytes' | 'takeBack'>;

/** A record as JSON has it. */
interface RawRecord {
  readonly SequenceNumber: string;
  readonly PartitionKey: string;
  /** Base64. */
  readonly Data: string;
  /** Seconds since the Unix epoch, with a fraction. */
  readonly ApproximateArrivalTimestamp: number;
}

/** All but the records is as the SDK has it. */
type RawAnswer = Omit<GetRecordsOutput, 'Records'> & { Records?: unknown };

/**
 * Records that are found in one go; then the event loop has a turn: the 10 000 that an answer may have take as long as a
 * slice of handlers.
 */
const RECORDS_PER_TURN = 2_500;

/**
 * Bytes that records must have on the average so that the body of their answer is used again: what they keep of it is copied
 * then, which for small ones would cost more than a new buffer.
 */
const MIN_LENT_BYTES = 1_024;

const RECORDS_KEY = '"Records":';
const BACKSLASH = 0x5c;

/** Stands for the records where the rest of an answer is parsed; no answer without escapes can have this text. */
const [MARK, MARK_AS_JSON] = ['\0', '"\\u0000"'];

/** What the `Records` of outputs stand for into which nobody has looked. */
const untouched = new WeakMap<object, AnsweredRecords>();

/**
 * Reads the answer to a GetRecords call. What the output's `Records` hold is made when somebody looks into them, which only
 * a middleware of the app does: the engine takes {@link recordsOf}.
 *
 * @param body - which the records keep, and write to
 * @param bodies - where it goes when it is taken back
 * @param nextTurn - resolves when others have had their turn
 * @returns undefined for JSON that is not as the service writes it
 * @throws SyntaxError for what is no JSON
 */
export async function readGetRecordsAnswer(
  body: Buffer,
  bodies: BodyPool,
  nextTurn: () => Promise<void>,
): Promise<GetRecordsOutput | undefined> {
  const read = (await scan(body, bodies, nextTurn)) ?? parse(body);
  if (!read) return undefined;
  const { answer, ...answered } = read;
  return { ...answer, Records: madeOnTouch(answered) };
}

/** The records of an output as they came, if no middleware has touched them. */
export function recordsOf({ Records }: GetRecordsOutput): AnsweredRecords | undefined {
  return Records && untouched.get(Records);
}

/** An array that fills when it is first touched. The SDK's own middleware copies outputs, but does not look into them. */
function madeOnTouch(answered: AnsweredRecords): _Record[] {
  const made: _Record[] = [];
  const touch = (): void => {
    // What they are changed to counts from now on.
    if (untouched.delete(array)) for (const record of answered.records) made.push(toSdkRecord(record));
  };
  const traps = new Proxy<ProxyHandler<_Record[]>>(
    {},
    {
      get: (_, trap: keyof typeof Reflect) => {
        touch();
        return Reflect[trap];
      },
    },
  );
  const array = new Proxy(made, traps);
  untouched.set(array, answered);
  return array;
}

/** Finds the records, and parses only what is around them; undefined for JSON that {@link RecordsScanner} does not know. */
async function scan(
  body: Buffer,
  bodies: BodyPool,
  nextTurn: () => Promise<void>,
): Promise<(AnsweredRecords & { answer: RawAnswer }) | undefined> {
  if (!isAscii(body) || body.includes(BACKSLASH)) return undefined;
  const key = body.indexOf(RECORDS_KEY);
  if (key < 0) return undefined;
  const start = key + RECORDS_KEY.length;
  const scanner = new RecordsScanner(body, start);
  try {
    while (scanner.readSome(RECORDS_PER_TURN)) await nextTurn();
  } catch {
    return undefined;
  }
  const rest = body.toString('latin1', 0, start) + MARK_AS_JSON + body.toString('latin1', scanner.end);
  const answer = JSON.parse(rest) as RawAnswer;
  // It may have been some other key of that name, within something else.
  if (answer.Records !== MARK) return undefined;
  const { bytes, count } = scanner;
  const { body: scanned, records } = scanner.result();
  const takeBack = (): void => {
    const free = scanned.reclaim();
    if (free) bodies.give(free);
  };
  return { answer, records, bytes, ...(bytes > count * MIN_LENT_BYTES && { takeBack }) };
}

function parse(body: Buffer): (AnsweredRecords & { answer: RawAnswer }) | undefined {
  const answer = JSON.parse(body.toString()) as { Records?: readonly RawRecord[] | null };
  if (!answer.Records?.every(isRecord)) return undefined;
  return { answer: answer, records: answer.Records.map(toRecord) };
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
