import type { OpenAggregate, SealedRecord, UserRecord } from '../aggregator.js';
import { ByteSlab } from '../byte-slab.js';
import type { Framing } from './framing.js';

/** Collects user records as a {@link Framing} says; the keys are those of the first. */
export class FramedAggregate implements OpenAggregate {
  count = 0;
  size = 0;
  private readonly slab = new ByteSlab();
  private first: UserRecord | undefined;

  constructor(
    private readonly framing: Framing,
    private readonly maxUserRecords: number,
  ) {}

  tryAdd(record: UserRecord, maxBytes: number): boolean {
    const { framing, slab } = this;
    const { data } = record;
    const framed = framing.framedBytes(data.length);
    const base = this.first ? this.size : framing.fixedBytes + Buffer.byteLength(record.partitionKey);
    if (base + framed > maxBytes || this.count === this.maxUserRecords) return false;
    slab.reserve(framed + framing.fixedBytes);
    framing.append(slab, data);
    this.first ??= record;
    this.size = base + framed;
    this.count++;
    return true;
  }

  seal(): readonly SealedRecord[] {
    if (!this.first) return [];
    this.framing.finish?.(this.slab);
    const { partitionKey, explicitHashKey } = this.first;
    const data = this.slab.copy();
    const { count } = this;
    return [
      explicitHashKey === undefined
        ? { data, partitionKey, count }
        : { data, partitionKey, explicitHashKey, count },
    ];
  }
}
