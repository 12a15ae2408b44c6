import { borrow, lenderOf } from '../../runtime/lent-buffer.js';
import type { SealedRecord, UserRecord } from '../aggregator.js';
import { OUTER_PARTITION_KEY } from './format.js';
import { readKplMessage } from './kpl-decoder.js';

/** An aggregate that is ready to be put: all that its user records are can be taken out of it again. */
export class KplSealedRecord implements SealedRecord {
  readonly partitionKey = OUTER_PARTITION_KEY;
  readonly takeApart = takeApart;

  constructor(
    readonly data: Uint8Array,
    readonly explicitHashKey: string,
    readonly count: number,
  ) {}
}

function takeApart(data: Uint8Array): readonly UserRecord[] {
  const aggregate = borrow({ data }, (buffer) => buffer);
  return readKplMessage(aggregate, lenderOf({ data }), Infinity);
}
