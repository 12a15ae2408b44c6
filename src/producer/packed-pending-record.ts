import type { SealedRecord, UserRecord } from '../aggregators/aggregator.js';
import { Claims } from './claims.js';
import { type PendingRecord, PendingUserRecord } from './pending-record.js';
import type { StoredAt } from './put-judgement.js';

/** An aggregate between its packing and its outcome. */
export class PackedPendingRecord implements PendingRecord {
  readonly partitionKey: string;
  declare readonly explicitHashKey?: string;
  readonly size: number;
  readonly expiresAt: number;
  retries = 0;
  private readonly claims: Claims;
  /** Where they cannot be taken out of the aggregate again. */
  private readonly kept: readonly PendingUserRecord[] | undefined;

  constructor(
    private readonly sealed: SealedRecord,
    members: readonly PendingUserRecord[],
  ) {
    const { partitionKey, explicitHashKey, dataBytes = sealed.data.byteLength } = sealed;
    this.partitionKey = partitionKey;
    if (explicitHashKey !== undefined) this.explicitHashKey = explicitHashKey;
    this.size = dataBytes + Buffer.byteLength(partitionKey);
    this.claims = new Claims(members);
    this.kept = sealed.userRecords ? undefined : members;
    this.expiresAt = members[0]?.expiresAt ?? Infinity;
  }

  get count(): number {
    return this.claims.count;
  }

  get userBytes(): number {
    return this.claims.userBytes;
  }

  get data(): Uint8Array {
    return this.sealed.data;
  }

  get members(): readonly PendingUserRecord[] {
    if (this.kept) return this.kept;
    return (this.sealed.userRecords?.() ?? []).map((record, index) => this.claimed(record, index));
  }

  delivered(at: StoredAt): void {
    this.claims.delivered(at);
  }

  leave(): void {
    this.claims.leave();
  }

  private claimed({ data, partitionKey, explicitHashKey }: UserRecord, index: number): PendingUserRecord {
    const { claims } = this;
    return new PendingUserRecord(
      data,
      partitionKey,
      explicitHashKey,
      claims.moment(index),
      claims.settle(index),
      claims.place(index),
    );
  }
}
