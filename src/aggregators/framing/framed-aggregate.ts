import type { OpenAggregate, SealedRecord, UserRecord } from '../aggregator.js';
import { dataBytesOf, keyBytesOf } from '../data-bytes.js';
import { ByteSlab } from '../../runtime/byte-slab.js';
import { SealedAggregate } from '../sealed-aggregate.js';
import type { Framing } from './framing.js';

/**
 * Collects user records as a {@link Framing} says; the keys are those of the first. They are written one after another
 * when the aggregate is sent, so that until then their data are kept once.
 */
export class FramedAggregate implements OpenAggregate {
  size = 0;
  private readonly records: UserRecord[] = [];
  private framedBytes = 0;

  constructor(
    private readonly framing: Framing,
    private readonly maxUserRecords: number,
  ) {}

  get count(): number {
    return this.records.length;
  }

  tryAdd(record: UserRecord, maxBytes: number): boolean {
    const { framing, records } = this;
    const framed = framing.framedBytes(dataBytesOf(record));
    const base = records.length > 0 ? this.size : framing.fixedBytes + keyBytesOf(record);
    if (base + framed > maxBytes || records.length === this.maxUserRecords) return false;
    records.push(record);
    this.framedBytes += framed;
    this.size = base + framed;
    return true;
  }

  seal(): readonly SealedRecord[] {
    const { framing, records } = this;
    const [first] = records;
    if (!first) return [];
    const dataBytes = framing.fixedBytes + this.framedBytes;
    return [
      new SealedAggregate(() => writeFramed(framing, records, dataBytes), dataBytes, records.length, first),
    ];
  }
}

function writeFramed(framing: Framing, records: readonly UserRecord[], bytes: number): Buffer {
  const slab = new ByteSlab(bytes);
  for (const { data } of records) framing.append(slab, data);
  framing.finish?.(slab);
  return slab.buffer;
}
