import type { UserRecord } from '../aggregator.js';
import {
  BORROW,
  keptData,
  LENDER,
  type Lending,
  type LentBuffer,
  type Use,
} from '../../runtime/lent-buffer.js';
import type { OpenedAggregate } from './opened-aggregate.js';

/**
 * A user record of an aggregate. Most are handled without anyone asking for their keys, and many wait for their turn: none
 * keeps a view of its data, which has more bytes than the rest of it.
 */
export class KplUserRecord implements UserRecord, Lending {
  declare readonly explicitHashKey?: string;

  /** @param start - where in the aggregate the record's data are */
  constructor(
    private readonly aggregate: OpenedAggregate,
    private readonly start: number,
    readonly dataBytes: number,
    private readonly keyIndex: number,
    explicitHashKey?: string,
  ) {
    if (explicitHashKey !== undefined) this.explicitHashKey = explicitHashKey;
  }

  get data(): Uint8Array {
    return keptData(this);
  }

  [BORROW]<T>(use: Use<T>): T {
    const { start, dataBytes } = this;
    const { bytes, lender } = this.aggregate;
    lender.use();
    return use(bytes, start, start + dataBytes);
  }

  get [LENDER](): LentBuffer {
    return this.aggregate.lender;
  }

  get partitionKey(): string {
    return this.aggregate.partitionKeys.text(this.keyIndex);
  }
}
