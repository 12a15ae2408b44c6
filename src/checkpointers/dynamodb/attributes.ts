import { isDeepStrictEqual } from 'node:util';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** An item of the lease table, whoever wrote it. */
export type Row = Record<string, AttributeValue>;

/** The attributes of a lease in the KCL's table, by the KCL's own names (`DynamoDBLeaseSerializer`). */
export const KCL = {
  leaseKey: 'leaseKey',
  leaseOwner: 'leaseOwner',
  leaseCounter: 'leaseCounter',
  ownerSwitches: 'ownerSwitchesSinceCheckpoint',
  checkpoint: 'checkpoint',
  subSequenceNumber: 'checkpointSubSequenceNumber',
  /** Singular, and yet a string set. */
  parentShardIds: 'parentShardId',
  childShardIds: 'childShardIds',
  pendingCheckpoint: 'pendingCheckpoint',
  pendingSubSequenceNumber: 'pendingCheckpointSubSequenceNumber',
  pendingState: 'pendingCheckpointState',
  /** Since 3.0, while a lease is handed off: the worker that still owns it; `leaseOwner` is then the next one. */
  checkpointOwner: 'checkpointOwner',
  /** Since 3.5: other things live in the table, too. */
  entityType: 'entityType',
  /** In tables of several streams: `account:stream:epoch`, despite the name. */
  streamIdentifier: 'streamName',
  shardId: 'shardId',
} as const;

/** Attributes of ours, which the KCL neither reads nor touches. Each is valid only beside what it was written for. */
export const OURS = {
  /** The owner that wrote it, and its session timeout: another owner has none. */
  session: 'nestjsKinesisSession',
  /** The instant of an `AT_TIMESTAMP` checkpoint, which the KCL keeps in its configuration. */
  timestamp: 'nestjsKinesisTimestamp',
  /** The position inside an aggregate that the KCL cannot take apart, beside {@link ROUNDED_DOWN}. */
  subSequenceNumber: 'nestjsKinesisSubSequenceNumber',
  streamCreatedAt: 'nestjsKinesisStreamCreatedAt',
  /** The stream of a table that holds one: tells when two applications were given the same table. */
  stream: 'nestjsKinesisStream',
  /** A hand-off beside a KCL 2.x, which knows of no `checkpointOwner`: the owner that is asked, and who asks. */
  handOff: 'nestjsKinesisHandOff',
  /** Which call created the row: a call that was not answered knows its own row by it from a competitor's like it. */
  createdBy: 'nestjsKinesisCreatedBy',
} as const;

/**
 * A sub-sequence number before all others: the KCL reads the record with this sequence number again, as a whole. The
 * KCL compares sub-sequence numbers as signed numbers, and hands on what is greater than its checkpoint.
 */
export const ROUNDED_DOWN = -1;

export const text = (value: string): AttributeValue => ({ S: value });
export const number = (value: number): AttributeValue => ({ N: String(value) });
export const texts = (values: readonly string[]): AttributeValue => ({ SS: [...values].sort() });

export const textOf = (row: Row, attribute: string): string | undefined => row[attribute]?.S;
export const textsOf = (row: Row, attribute: string): string[] => [...(row[attribute]?.SS ?? [])].sort();
export function numberOf(row: Row, attribute: string): number | undefined {
  const digits = row[attribute]?.N;
  return digits === undefined ? undefined : Number(digits);
}

/** Whether two values are the same to DynamoDB: string sets have no order. */
export function isSameValue(one: AttributeValue | undefined, other: AttributeValue | undefined): boolean {
  if (one?.SS && other?.SS) return isDeepStrictEqual([...one.SS].sort(), [...other.SS].sort());
  return isDeepStrictEqual({ ...one }, { ...other });
}

/** Rows of the KCL 3.5 that are no leases have another type, or lack what every lease has. */
export function isLeaseRow(row: Row): boolean {
  const type = textOf(row, KCL.entityType);
  if (type !== undefined && type !== 'LEASE') return false;
  return numberOf(row, KCL.leaseCounter) !== undefined && textOf(row, KCL.checkpoint) !== undefined;
}
