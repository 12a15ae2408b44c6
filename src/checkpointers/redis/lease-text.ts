import type { Lease } from '../checkpointer.js';

/** A lease as text: the same lease always gives the same text, so that texts can be compared for lease equality. */
export function serializeLease(lease: Lease): string {
  const { shardId, parentShardIds, owner, handOffTo, counter, checkpoint, sessionTimeout, streamCreatedAt } =
    lease;
  return JSON.stringify({
    shardId,
    parentShardIds,
    owner,
    handOffTo,
    counter,
    checkpoint,
    sessionTimeout,
    streamCreatedAt,
  });
}

/** The reverse of {@link serializeLease}. */
export function parseLease(text: string): Lease {
  return JSON.parse(text) as Lease;
}
