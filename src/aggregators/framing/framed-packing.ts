import type { OpenAggregate, Packing, PackingScope, UserRecord } from '../aggregator.js';
import { dataBytesOf, keyBytesOf } from '../data-bytes.js';
import { FramedAggregate } from './framed-aggregate.js';
import type { Framing } from './framing.js';

/** Options of the aggregators whose format has no room for partition keys. */
export interface FramedOptions {
  /**
   * Which user records may share a Kinesis record. With `'shard'` records of different partition keys travel together
   * under the key of the first: fewer and fuller Kinesis records, but consumers see that key for all of them, and so
   * cannot order by partition key.
   *
   * @defaultValue `'partition-key'`
   */
  scope?: PackingScope;
}

/** Packs by a {@link Framing}. */
export class FramedPacking implements Packing {
  readonly scope: PackingScope;
  readonly carriesKeys: boolean;

  constructor(
    private readonly framing: Framing,
    private readonly maxUserRecords: number,
    { scope = 'partition-key' }: FramedOptions,
  ) {
    this.scope = scope;
    this.carriesKeys = scope === 'partition-key';
  }

  fits(record: UserRecord, maxBytes: number): boolean {
    const framed = this.framing.fixedBytes + this.framing.framedBytes(dataBytesOf(record));
    return framed + keyBytesOf(record) <= maxBytes;
  }

  open(): OpenAggregate {
    return new FramedAggregate(this.framing, this.maxUserRecords);
  }
}
