import { type Account } from '../account.js';
import { hashPartitionKey, isHashKey, parseHashKey } from '../hash-key.js';
import { MEBIBYTE } from '../limits.js';
import { type Shard } from '../shard.js';
import { type Stream } from '../stream.js';
import { hashKey, partitionKey, recordData, sequenceNumber, streamReference } from '../validation/members.js';
import {
  optional,
  type Shape,
  structure,
  type StructureType,
  throwViolations,
  type Violation,
} from '../validation/shape.js';
import { list } from '../validation/values.js';
import { invalidArgument, operation } from './define.js';

const entryMembers = {
  Data: recordData,
  ExplicitHashKey: optional(hashKey),
  PartitionKey: partitionKey,
};

type Entry = StructureType<typeof entryMembers>;

const anyEntry = structure(entryMembers);

/** Lets nearly every entry pass at once, and has the others looked at properly. */
const entryShape: Shape<Entry> = {
  violations(value) {
    const { Data, PartitionKey, ExplicitHashKey } = value as Partial<Entry>;
    const plain =
      typeof PartitionKey === 'string' &&
      PartitionKey.length > 0 &&
      PartitionKey.length <= MOST_KEY_CHARACTERS &&
      ExplicitHashKey === undefined &&
      Data instanceof Uint8Array &&
      Data.length <= MEBIBYTE;
    return plain ? undefined : anyEntry.violations(value);
  },
};

const MOST_KEY_CHARACTERS = 256;

/** Records of one request beyond which it is refused before any is looked at, whatever the limits say. */
const MOST_RECORDS = 100_000;

/** Filled anew for every record: writing is synchronous. */
const hash = new Uint32Array(4);

export const putRecord = operation(
  { ...streamReference, ...entryMembers, SequenceNumberForOrdering: optional(sequenceNumber) },
  (input, account) => {
    const stream = account.usableStream(input);
    checkSize(stream, input, 'data');
    const shard = shardFor(stream, input);
    const arrival = account.clock.wallTime();
    shard.log.trim(stream.trimHorizon(arrival));
    if (!shard.throttle.admitWrite(sizeOf(input), account.clock.now()))
      throw account.throughputExceeded(stream, shard);
    const SequenceNumber = shard.append(
      input.Data,
      input.PartitionKey,
      arrival,
      input.ExplicitHashKey ?? undefined,
    );
    return { ShardId: shard.id, SequenceNumber, EncryptionType: 'NONE' };
  },
);

export const putRecords = operation(
  { ...streamReference, Records: list(entryShape, { min: 1, max: MOST_RECORDS }) },
  (input, account) => {
    const entries = input.Records;
    const stream = account.usableStream(input);
    checkRequest(account, stream, entries);

    const arrival = account.clock.wallTime();
    const now = account.clock.now();
    // Every key is checked before any record is stored: a refused request has no effect.
    const shards = entries.map((entry) => shardFor(stream, entry));
    let FailedRecordCount = 0;
    const Records = entries.map((entry, position) => {
      const shard = shards[position];
      if (shard === undefined) throw new RangeError('a record without a shard');
      if (!shard.throttle.admitWrite(sizeOf(entry), now)) {
        FailedRecordCount++;
        return {
          ErrorCode: 'ProvisionedThroughputExceededException',
          ErrorMessage: account.rateExceeded(stream, shard),
        };
      }
      const { Data, PartitionKey, ExplicitHashKey } = entry;
      return {
        SequenceNumber: shard.append(Data, PartitionKey, arrival, ExplicitHashKey ?? undefined),
        ShardId: shard.id,
      };
    });
    trimTouched(stream, shards, arrival);
    return { FailedRecordCount, Records, EncryptionType: 'NONE' };
  },
);

/** Which shard a record with these keys goes to; the keys have been checked. */
export function shardFor(
  stream: Stream,
  keys: { PartitionKey: string; ExplicitHashKey?: string | undefined },
): Shard {
  const { PartitionKey, ExplicitHashKey } = keys;
  if (ExplicitHashKey !== undefined && ExplicitHashKey !== null) {
    if (!isHashKey(ExplicitHashKey)) {
      const range = 'Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1].';
      throw invalidArgument(`${range} Specified value was ${ExplicitHashKey}`);
    }
    parseHashKey(ExplicitHashKey, hash);
  } else if (stream.openShards.length > 1) {
    hashPartitionKey(PartitionKey, hash);
  }
  const shard = stream.shardFor(hash);
  if (shard === undefined) throw new RangeError(`stream ${stream.name} has no open shard`);
  return shard;
}

function sizeOf(entry: Entry): number {
  return entry.Data.length + utf8Length(entry.PartitionKey);
}

/** As `Buffer.byteLength`, which takes a way out of JavaScript that short plain keys need not pay for. */
function utf8Length(text: string): number {
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) > 0x7f) return Buffer.byteLength(text);
  }
  return text.length;
}

function checkRequest(account: Account, stream: Stream, entries: readonly Entry[]): void {
  const { putRecordsCount, putRecordsBytes } = account.limits;
  if (entries.length > putRecordsCount) {
    const constraint = `have length less than or equal to ${putRecordsCount}`;
    throwViolations([{ path: 'records', value: `'[${entries.length} members]'`, constraint }]);
  }
  let bytes = 0;
  for (let position = 0; position < entries.length; position++) {
    const entry = entries[position];
    if (entry !== undefined) bytes += checkSize(stream, entry, '', position);
  }
  if (bytes > putRecordsBytes) {
    throw invalidArgument(`Records size exceeds ${Math.round(putRecordsBytes / MEBIBYTE)} MB limit`);
  }
}

/** @returns the record's size */
function checkSize(stream: Stream, entry: Entry, path: string, position = 0): number {
  const size = sizeOf(entry);
  const most = stream.maxRecordSizeInKiB * 1024;
  if (size > most) {
    const at = path === '' ? `records.${position + 1}.member.data` : path;
    const violation: Violation = {
      path: at,
      value: undefined,
      constraint: `have length less than or equal to ${most}`,
    };
    throwViolations([violation]);
  }
  return size;
}

/** Writing alone must keep a stream that nobody reads from growing without end. */
function trimTouched(stream: Stream, shards: readonly Shard[], wallTime: number): void {
  const horizon = stream.trimHorizon(wallTime);
  let last: Shard | undefined;
  for (const shard of shards) {
    if (shard !== last) shard.log.trim(horizon);
    last = shard;
  }
}
