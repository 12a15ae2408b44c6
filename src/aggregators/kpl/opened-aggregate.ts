import type { LentBuffer } from '../../runtime/lent-buffer.js';
import type { DecodedKeyTable } from './decoded-key-table.js';

/** What the user records of an aggregate have in common. */
export interface OpenedAggregate {
  readonly bytes: Buffer;
  /** What the bytes are in. */
  readonly lender: LentBuffer;
  readonly partitionKeys: DecodedKeyTable;
  readonly explicitHashKeys: DecodedKeyTable;
}
