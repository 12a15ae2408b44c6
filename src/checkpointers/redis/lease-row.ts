import type { Checkpoint } from '../checkpoint.js';
import type { Lease, NewLease } from '../checkpointer.js';

/**
 * A lease in Redis is a field of its scope's hash, of three lines of JSON, so that one `HGETALL` in a terminal shows
 * who owns what and where it stands:
 *
 * ```
 * {"owner":"7d1f…","counter":17,"sessionTimeout":15000,"write":"c0a8…"}
 * {"type":"SEQUENCE","sequenceNumber":"4959…","subSequenceNumber":0}
 * {"parentShardIds":["shardId-000000000001"],"streamCreatedAt":1767225600000}
 * ```
 *
 * Scripts decode the first line alone, and replace the second as a whole: what a newer version adds to any of them, or
 * in lines of its own, survives the writes of an older one. What is added to the first must be text, numbers or
 * booleans: Lua tells no empty list from an empty object.
 */
interface OwnershipLine {
  readonly owner?: string;
  readonly handOffTo?: string;
  readonly counter: number;
  readonly sessionTimeout?: number;
}

interface ShardLine {
  readonly parentShardIds: readonly string[];
  readonly streamCreatedAt?: number;
}

/** The lines of a new lease after the first. */
export function newLeaseLines({ checkpoint, parentShardIds, streamCreatedAt }: NewLease): string {
  const shard: ShardLine = {
    parentShardIds,
    ...(streamCreatedAt === undefined ? {} : { streamCreatedAt }),
  };
  return `${checkpointLine(checkpoint)}\n${JSON.stringify(shard)}`;
}

export function checkpointLine(checkpoint: Checkpoint): string {
  return JSON.stringify(checkpoint);
}

/** @throws Error when it is no lease: something else wrote it */
export function parseLeaseRow(shardId: string, row: string): Lease {
  const [ownershipLine = '', checkpointText = '', shardLine = ''] = row.split('\n');
  const { owner, handOffTo, counter, sessionTimeout } = JSON.parse(ownershipLine) as OwnershipLine;
  const { parentShardIds, streamCreatedAt } = JSON.parse(shardLine) as ShardLine;
  if (!Number.isSafeInteger(counter) || !Array.isArray(parentShardIds)) throw new Error('it is no lease');
  return {
    shardId,
    parentShardIds: parentShardIds as readonly string[],
    ...(owner === undefined ? {} : { owner }),
    ...(handOffTo === undefined ? {} : { handOffTo }),
    counter,
    checkpoint: JSON.parse(checkpointText) as Checkpoint,
    ...(sessionTimeout === undefined ? {} : { sessionTimeout }),
    ...(streamCreatedAt === undefined ? {} : { streamCreatedAt }),
  };
}
