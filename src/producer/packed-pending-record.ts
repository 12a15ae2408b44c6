import type { SealedRecord } from '../aggregators/aggregator.js';
import { Claims } from './claims.js';
import type { PendingRecord, PendingUserRecord } from './pending-record.js';
import type { StoredAt } from './put-judgement.js';

/** An aggregate between its packing and its outcome. */
export abstract class PackedPendingRecord implements PendingRecord {
  readonly partitionKey: string;
  declare readonly explicitHashKey?: string;
  readonly size: number;
  readonly expiresAt: number;
  retries = 0;
  protected readonly claims: Claims;

  protected constructor(sealed: SealedRecord, members: readonly PendingUserRecord[]) {
    const { partitionKey, explicitHashKey, dataBytes = sealed.data.byteLength } = sealed;
    this.partitionKey = partitionKey;
    if (explicitHashKey !== undefined) this.explicitHashKey = explicitHashKey;
    this.size = dataBytes + Buffer.byteLength(partitionKey);
    this.expiresAt = members[0]?.expiresAt ?? Infinity;
    this.claims = new Claims(members);
  }

  abstract readonly data: Uint8Array;
  abstract readonly members: readonly PendingUserRecord[];
  abstract recover(): void;

  get count(): number {
    return this.claims.count;
  }

  get userBytes(): number {
    return this.claims.userBytes;
  }

  delivered(at: StoredAt): void {
    this.claims.delivered(at);
  }

  leave(): void {
    this.claims.leave();
  }
}
