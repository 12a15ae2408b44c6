import type { SealedRecord } from '../aggregators/aggregator.js';
import type { PendingRecord, PendingUserRecord } from './pending-record.js';

/** An aggregate between its packing and its outcome. */
export class PackedPendingRecord implements PendingRecord {
  readonly partitionKey: string;
  readonly explicitHashKey?: string;
  readonly size: number;
  readonly expiresAt: number;
  retries = 0;

  constructor(
    private readonly sealed: SealedRecord,
    readonly members: readonly PendingUserRecord[],
  ) {
    const { partitionKey, explicitHashKey, dataBytes = sealed.data.byteLength } = sealed;
    this.partitionKey = partitionKey;
    if (explicitHashKey !== undefined) this.explicitHashKey = explicitHashKey;
    this.size = dataBytes + Buffer.byteLength(partitionKey);
    this.expiresAt = members[0]?.expiresAt ?? Infinity;
  }

  get count(): number {
    return this.members.length;
  }

  /** Made of the user records' data for each attempt, and not kept meanwhile. */
  get data(): Uint8Array {
    return this.sealed.data;
  }
}
