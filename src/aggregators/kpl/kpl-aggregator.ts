import type { Aggregator, PackedRecord, Packing, UserRecord } from '../aggregator.js';
import { type DecodeLimits, resolveDecodeLimits } from '../decode-limits.js';
import type { Serializer } from '../serializers/serializer.js';
import { readsText, textReaderOf } from '../serializers/text-reader.js';
import { certainlyFits, KplAggregate, type KplAlone, sizeAlone } from './kpl-aggregate.js';
import { decodeKplAggregate } from './kpl-decoder.js';

/** Options of {@link KplAggregator}. */
export interface KplOptions extends Pick<DecodeLimits, 'maxUserRecords'> {
  /**
   * How a user record is sent that has found no company: `'raw'`, as the KPL does, or `'aggregated'`, as an aggregate
   * of one. The KCL and this library read both; async-kinesis reads only `'aggregated'`.
   *
   * @defaultValue `'raw'`
   */
  alone?: KplAlone;
}

/**
 * The format of the Kinesis Producer Library (KPL), which the Kinesis Client Library (KCL), Lambda's de-aggregation
 * modules and async-kinesis' `KPLJsonProcessor` and `KPLStringProcessor` read. It carries the partition key and
 * explicit hash key of each user record, so that records of different keys travel together.
 *
 * @example new KplAggregator(new JsonSerializer())
 */
export class KplAggregator implements Aggregator {
  readonly name: string;
  readonly packing: Packing;
  private readonly maxUserRecords: number;

  constructor(
    private readonly serializer: Serializer,
    options: KplOptions = {},
  ) {
    const { alone = 'raw' } = options;
    const { maxUserRecords } = resolveDecodeLimits(options);
    this.name = `KPL ${serializer.name}`;
    this.maxUserRecords = maxUserRecords;
    this.packing = {
      scope: 'shard',
      carriesKeys: true,
      fits: (record, maxBytes) => certainlyFits(record, maxBytes) || sizeAlone(record, alone) <= maxBytes,
      open: () => new KplAggregate(alone, maxUserRecords),
    };
  }

  serialize(value: unknown): Uint8Array | string {
    return this.serializer.serialize(value);
  }

  /** A record without the KPL's magic number, or whose digest is wrong, is one user record that was put plainly. */
  unpack(record: PackedRecord): readonly UserRecord[] {
    return decodeKplAggregate(record, this.maxUserRecords) ?? [record];
  }

  deserialize(data: Uint8Array): unknown {
    return this.serializer.deserialize(data);
  }

  static {
    readsText(KplAggregator, ({ serializer }) => textReaderOf(serializer));
  }
}
