import { createHash } from 'node:crypto';
import { type Shard } from '@aws-sdk/client-kinesis';
import { defined } from './defined.js';

export const LAST_HASH_KEY = 2n ** 128n - 1n;

export interface HashKeyRange {
  readonly shardId: string;
  readonly start: bigint;
  readonly end: bigint;
}

/** The hash key ranges of shards, in order of where they start. */
export function rangesInOrder(shards: readonly Shard[]): HashKeyRange[] {
  return shards
    .map((shard) => ({
      shardId: defined(shard.ShardId),
      start: BigInt(defined(shard.HashKeyRange?.StartingHashKey)),
      end: BigInt(defined(shard.HashKeyRange?.EndingHashKey)),
    }))
    .sort((a, b) => (a.start < b.start ? -1 : 1));
}

/** The service hashes a partition key's UTF-8 bytes with MD5, big end first. */
export function hashOf(partitionKey: string): bigint {
  return BigInt(`0x${createHash('md5').update(partitionKey, 'utf8').digest('hex')}`);
}

/** The shard whose range holds a hash key. */
export function ownerOf(hashKey: bigint, shards: readonly Shard[]): string {
  return defined(rangesInOrder(shards).find(({ start, end }) => start <= hashKey && hashKey <= end)).shardId;
}
