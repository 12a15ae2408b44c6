import type { SealedRecord, UserRecord } from '../aggregator.js';
import { OUTER_PARTITION_KEY } from './format.js';
import { readKplMessage } from './kpl-decoder.js';

/** An aggregate that is ready to be put: all that its user records are can be taken out of it again. */
export class KplSealedRecord implements SealedRecord {
  readonly partitionKey = OUTER_PARTITION_KEY;

  constructor(
    readonly data: Uint8Array,
    readonly explicitHashKey: string,
    readonly count: number,
  ) {}

  userRecords(): readonly UserRecord[] {
    return readKplMessage(this.data, this.count);
  }
}
