import { type Account } from './account.js';
import { type ShardSnapshot, snapshotShard } from './shard-snapshot.js';
import { Stream, type StreamMode } from './stream.js';
import { StreamConsumer } from './stream-consumer.js';

/** Changes with the format: a snapshot of another version is refused. */
const VERSION = 1;

interface ConsumerSnapshot {
  readonly name: string;
  readonly createdAt: number;
  readonly tags: readonly (readonly [key: string, value: string])[];
}

interface StreamSnapshot {
  readonly name: string;
  readonly createdAt: number;
  readonly salt: number;
  readonly mode: StreamMode;
  readonly retentionHours: number;
  readonly maxRecordSizeInKiB: number;
  readonly shardCountUpdates: readonly number[];
  readonly nextShardOrdinal: number;
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly consumers: readonly ConsumerSnapshot[];
  readonly shards: readonly ShardSnapshot[];
}

interface AccountSnapshot {
  readonly version: typeof VERSION;
  readonly streams: readonly StreamSnapshot[];
}

/**
 * All there is in the account, as a plain object that JSON can carry. What is under way is not in it: streams being
 * created or deleted are left out, and others are saved as they are before the change.
 */
export function snapshotAccount(account: Account): unknown {
  const streams = [...account.streams.values()].filter(
    ({ status }) => status === 'ACTIVE' || status === 'UPDATING',
  );
  const snapshot: AccountSnapshot = { version: VERSION, streams: streams.map(snapshotStream) };
  return snapshot;
}

function snapshotStream(stream: Stream): StreamSnapshot {
  return {
    name: stream.name,
    createdAt: stream.createdAt,
    salt: stream.salt,
    mode: stream.mode,
    retentionHours: stream.retentionHours,
    maxRecordSizeInKiB: stream.maxRecordSizeInKiB,
    shardCountUpdates: stream.shardCountUpdates,
    nextShardOrdinal: stream.nextShardOrdinal,
    tags: [...stream.tags],
    consumers: [...stream.consumers.values()].map(({ name, createdAt, tags }) => ({
      name,
      createdAt,
      tags: [...tags],
    })),
    shards: stream.shards.map(snapshotShard),
  };
}

/**
 * Puts back what {@link snapshotAccount} made, beside the streams that are there.
 *
 * @throws TypeError for anything else
 */
export function restoreAccount(account: Account, snapshot: unknown): void {
  if (!isAccountSnapshot(snapshot))
    throw new TypeError(`This is no snapshot of a local Kinesis of version ${VERSION}.`);
  for (const saved of snapshot.streams) account.streams.set(saved.name, restoreStream(account, saved));
}

function isAccountSnapshot(value: unknown): value is AccountSnapshot {
  if (typeof value !== 'object' || value === null) return false;
  const { version, streams } = value as Partial<AccountSnapshot>;
  return version === VERSION && Array.isArray(streams);
}

function restoreStream(account: Account, saved: StreamSnapshot): Stream {
  const { name, createdAt, salt, mode, maxRecordSizeInKiB } = saved;
  const arn = account.arnOf(name);
  const stream = new Stream({ name, arn, createdAt, salt, mode, maxRecordSizeInKiB, limits: account.limits });
  stream.status = 'ACTIVE';
  stream.retentionHours = saved.retentionHours;
  stream.shardCountUpdates = [...saved.shardCountUpdates];
  for (const [key, value] of saved.tags) stream.tags.set(key, value);
  for (const { name: consumerName, createdAt: registeredAt, tags } of saved.consumers) {
    const consumer = new StreamConsumer(consumerName, arn, registeredAt);
    consumer.status = 'ACTIVE';
    for (const [key, value] of tags) consumer.tags.set(key, value);
    stream.consumers.set(consumerName, consumer);
  }
  stream.restoreShards(saved.shards, saved.nextShardOrdinal, account.clock.now());
  return stream;
}
