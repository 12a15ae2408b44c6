import type { OpenAggregate, Packing, SealedRecord, UserRecord } from '../aggregator.js';
import type { CompressionRatio } from './compression-ratio.js';
import type { Compressor } from './compressor.js';

/**
 * Collects as many user records as are expected to fit once compressed. How small they become is only known when they
 * are: if too little was gained they are sealed in halves, so that a Kinesis record never has more than it may.
 */
export class CompressedAggregate implements OpenAggregate {
  private readonly records: UserRecord[] = [];
  private readonly inner: OpenAggregate;
  private maxBytes = 0;

  constructor(
    private readonly packing: Packing,
    private readonly compressor: Compressor,
    private readonly ratio: CompressionRatio,
    /** Whether a record fits when it is alone. */
    private readonly fits: (record: UserRecord, maxBytes: number) => boolean,
  ) {
    this.inner = packing.open();
  }

  get count(): number {
    return this.records.length;
  }

  get size(): number {
    return Math.min(this.maxBytes, this.ratio.compressedBytes(this.inner.size));
  }

  tryAdd(record: UserRecord, maxBytes: number): boolean {
    // Whatever becomes of the others, a record must be able to go alone.
    if (!this.fits(record, maxBytes)) return false;
    const room = this.count === 0 ? Infinity : this.ratio.uncompressedBytes(maxBytes);
    if (!this.inner.tryAdd(record, room)) return false;
    this.records.push(record);
    this.maxBytes = maxBytes;
    return true;
  }

  seal(): readonly SealedRecord[] {
    return this.compress(this.records, this.inner);
  }

  private compress(records: readonly UserRecord[], aggregate: OpenAggregate): readonly SealedRecord[] {
    const sealed = aggregate.seal();
    const packed = sealed.map((record) => this.compressRecord(record));
    const [only] = packed;
    if (only && packed.length === 1) this.ratio.observe(aggregate.size, sizeOf(only), this.maxBytes);
    if (records.length <= 1 || packed.every((record) => sizeOf(record) <= this.maxBytes)) return packed;
    const middle = middleOf(records);
    return [...this.repack(records.slice(0, middle)), ...this.repack(records.slice(middle))];
  }

  private compressRecord({ data, partitionKey, explicitHashKey, count }: SealedRecord): SealedRecord {
    const compressed = this.compressor.pack(data);
    return explicitHashKey === undefined
      ? { data: compressed, partitionKey, count }
      : { data: compressed, partitionKey, explicitHashKey, count };
  }

  private repack(records: readonly UserRecord[]): readonly SealedRecord[] {
    const aggregate = this.packing.open();
    for (const record of records) aggregate.tryAdd(record, Infinity);
    return this.compress(records, aggregate);
  }
}

function sizeOf({ data, partitionKey }: SealedRecord): number {
  return data.length + Buffer.byteLength(partitionKey);
}

/** Where two or more records are cut so that both parts have about as many bytes, and one record at least. */
function middleOf(records: readonly UserRecord[]): number {
  const total = records.reduce((bytes, { data }) => bytes + data.length, 0);
  let bytes = 0;
  const middle = records.findIndex(({ data }) => (bytes += data.length) * 2 > total);
  return Math.min(Math.max(1, middle), records.length - 1);
}
