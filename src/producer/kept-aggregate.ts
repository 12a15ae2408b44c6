import type { SealedRecord } from '../aggregators/aggregator.js';
import { PackedPendingRecord } from './packed-pending-record.js';
import type { PendingUserRecord } from './pending-record.js';

/** An aggregate whose user records are kept, for its format cannot give them back with all that they were. */
export class KeptAggregate extends PackedPendingRecord {
  constructor(
    private readonly sealed: SealedRecord,
    readonly members: readonly PendingUserRecord[],
  ) {
    super(sealed, members);
  }

  /** Possibly made of the user records' data for each attempt, and not kept meanwhile. */
  get data(): Uint8Array {
    return this.sealed.data;
  }

  recover(): void {}
}
