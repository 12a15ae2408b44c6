import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/**
 * Lease tables as releases of the KCL leave them. They are built by hand, not recorded: each attribute follows the
 * KCL's own source (awslabs/amazon-kinesis-client v3.5.1, under `software/amazon/kinesis`), which its comment names.
 */
export type Row = Record<string, AttributeValue>;

export const ON_HAND = '49590338271490256608559692538361571095921575989136588898';
export const AHEAD = '49590338271490256608559692540925702759324208523137515618';

/** As `DynamoDBLeaseSerializer.toDynamoRecord` writes a lease: these attributes always… */
export function lease(leaseKey: string, more: Row = {}): Row {
  return {
    leaseKey: { S: leaseKey },
    leaseCounter: { N: '412' },
    ownerSwitchesSinceCheckpoint: { N: '2' },
    checkpoint: { S: ON_HAND },
    checkpointSubSequenceNumber: { N: '0' },
    ...more,
  };
}

// …and these, each where there is something to write.
const ownedBy = (worker: string): Row => ({ leaseOwner: { S: worker } });
/** `parentShardId` is singular, and a string set. */
const childOf = (...parents: string[]): Row => ({ parentShardId: { SS: parents } });
/** `HashKeyRangeForLease`: decimal, inclusive. */
const HASH_KEYS: Row = {
  startingHashKey: { S: '0' },
  endingHashKey: { S: '170141183460469231731687303715884105727' },
};
/** `checkpoint` is one of `SentinelCheckpoint`, and the sub-sequence number then 0. */
const at = (sentinel: string): Row => ({ checkpoint: { S: sentinel } });

/** KCL 2.x. */
export const KCL_2: Record<string, Row> = {
  /** The position is amid an aggregate of the KPL (`ExtendedSequenceNumber`). */
  owned: lease('shardId-000000000000', {
    ...ownedBy('kcl-1'),
    ...HASH_KEYS,
    checkpointSubSequenceNumber: { N: '17' },
  }),
  /** Nobody's: the attribute is absent (`getDynamoEvictLeaseUpdate`). */
  unowned: lease('shardId-000000000001', { ...HASH_KEYS, ...at('TRIM_HORIZON'), leaseCounter: { N: '0' } }),
  /** `ShutdownTask`: children first, then the end; `childShardIds` stays. */
  ended: lease('shardId-000000000002', {
    ...ownedBy('kcl-1'),
    ...at('SHARD_END'),
    childShardIds: { SS: ['shardId-000000000003', 'shardId-000000000004'] },
  }),
  child: lease('shardId-000000000003', { ...childOf('shardId-000000000002'), ...at('TRIM_HORIZON') }),
  merged: lease('shardId-000000000005', childOf('shardId-000000000003', 'shardId-000000000004')),
  /** `prepareCheckpoint` with a state: `getDynamoUpdateLeaseUpdate` writes it as bytes… */
  pendingBytes: lease('shardId-000000000006', {
    pendingCheckpoint: { S: AHEAD },
    pendingCheckpointSubSequenceNumber: { N: '4' },
    pendingCheckpointState: { B: new Uint8Array([1, 2, 3]) },
  }),
  /** …and `toDynamoRecord`, by mistake, a sub-sequence number in its place. */
  pendingNumber: lease('shardId-000000000007', {
    pendingCheckpoint: { S: AHEAD },
    pendingCheckpointSubSequenceNumber: { N: '4' },
    pendingCheckpointState: { N: '0' },
  }),
};

/** KCL 3.0 to 3.4: also what `WORKER_UTILIZATION_AWARE` assignment and graceful hand-off write. */
export const KCL_3_0: Record<string, Row> = {
  /** `throughputKBps` with each renewal. */
  owned: lease('shardId-000000000000', { ...ownedBy('kcl-1'), ...HASH_KEYS, throughputKBps: { N: '12.75' } }),
  /** `initiateGracefulLeaseHandoff`: the owner is still kcl-1, and kcl-2 is to come. */
  midHandOff: lease('shardId-000000000001', { ...ownedBy('kcl-2'), checkpointOwner: { S: 'kcl-1' } }),
};

/** KCL 3.5: leases say what they are, and other things live in the table (`EntityType`). */
export const KCL_3_5: Record<string, Row> = {
  owned: lease('shardId-000000000000', {
    ...ownedBy('kcl-1'),
    ...HASH_KEYS,
    throughputKBps: { N: '0.5' },
    entityType: { S: 'LEASE' },
  }),
  /** Written by 3.4, before the table was migrated. */
  untyped: lease('shardId-000000000001'),
  /** `DynamoDBLockBasedLeaderDecider`: a lock client's row. */
  leader: {
    leaseKey: { S: 'Leader' },
    entityType: { S: 'LEADER' },
    ownerName: { S: 'kcl-1' },
    leaseDuration: { S: '120000' },
    recordVersionNumber: { S: '0d2a4a6e' },
  },
  /** `MigrationState`. */
  clientVersion: {
    leaseKey: { S: 'Migration3.0' },
    entityType: { S: 'CLIENT_VERSION_MIGRATION' },
    cv: { S: 'CLIENT_VERSION_3X' },
    mb: { S: 'kcl-1' },
    mts: { N: '1767225600000' },
  },
  /** `TableMigrationState`. */
  tableMigration: {
    leaseKey: { S: 'TableMigration3.5' },
    entityType: { S: 'TABLE_MIGRATION' },
    tm: { S: 'COMPLETE' },
    mb: { S: 'kcl-1' },
    mts: { N: '1767225600000' },
  },
  /** `StreamInfo`. */
  stream: {
    leaseKey: { S: '123456789012:orders:1767225600' },
    entityType: { S: 'STREAM' },
    streamId: { S: 'stream-1' },
  },
  /** `WorkerMetricStats`. */
  worker: {
    leaseKey: { S: 'kcl-1' },
    entityType: { S: 'WORKER_METRIC_STATS' },
    lut: { N: '1767225600' },
    sts: { M: { C: { L: [{ N: '12.5' }] } } },
    opr: { M: { C: { L: [{ N: '80' }] } } },
    properties: { M: {} },
  },
};

export const IDENTIFIER = '123456789012:orders:1767225600';

/** `DynamoDBMultiStreamLeaseSerializer`: `streamName` holds the serialized identifier; parents are shard ids. */
function ofStream(identifier: string, shardId: string, more: Row = {}): Row {
  return lease(`${identifier}:${shardId}`, {
    streamName: { S: identifier },
    shardId: { S: shardId },
    ...more,
  });
}

export const MULTI_STREAM: Record<string, Row> = {
  owned: ofStream(IDENTIFIER, 'shardId-000000000000', ownedBy('kcl-1')),
  child: ofStream(IDENTIFIER, 'shardId-000000000001', childOf('shardId-000000000000')),
  /** An earlier stream of the same name, and another one. */
  earlier: ofStream('123456789012:orders:1700000000', 'shardId-000000000000'),
  other: ofStream('123456789012:events:1767225600', 'shardId-000000000000', ownedBy('kcl-1')),
};

/** What the type of each attribute must be for the KCL's `fromDynamoRecord`, which fails or misreads otherwise. */
const TYPES: Record<string, readonly (keyof AttributeValue)[]> = {
  leaseKey: ['S'],
  leaseOwner: ['S'],
  leaseCounter: ['N'],
  ownerSwitchesSinceCheckpoint: ['N'],
  checkpoint: ['S'],
  checkpointSubSequenceNumber: ['N'],
  parentShardId: ['SS'],
  childShardIds: ['SS'],
  pendingCheckpoint: ['S'],
  pendingCheckpointSubSequenceNumber: ['N'],
  pendingCheckpointState: ['B', 'N'],
  startingHashKey: ['S'],
  endingHashKey: ['S'],
  throughputKBps: ['N'],
  checkpointOwner: ['S'],
  entityType: ['S'],
  streamName: ['S'],
  shardId: ['S'],
};

const ALWAYS = [
  'leaseKey',
  'leaseCounter',
  'ownerSwitchesSinceCheckpoint',
  'checkpoint',
  'checkpointSubSequenceNumber',
];

/** Complaints of a KCL that would read this lease; none if all is well. */
export function unreadable(row: Row): string[] {
  const missing = ALWAYS.filter((name) => row[name] === undefined).map((name) => `${name} is missing`);
  const mistyped = Object.entries(row).flatMap(([name, value]) => {
    const type = Object.keys(value)[0] as keyof AttributeValue;
    const expected = TYPES[name];
    if (!expected)
      return name.startsWith('nestjsKinesis') || name === 'unknown' ? [] : [`${name} is unknown`];
    const isEmpty = value.S === '' || value.SS?.length === 0;
    return expected.includes(type) && !isEmpty ? [] : [`${name} is ${type}`];
  });
  const position = row.checkpoint?.S ?? '';
  const isPosition = /^(\d+|TRIM_HORIZON|LATEST|AT_TIMESTAMP|SHARD_END)$/.test(position);
  return [...missing, ...mistyped, ...(isPosition ? [] : [`the checkpoint is "${position}"`])];
}
