import type { Aggregator, PackedRecord, Packing, UserRecord } from '../aggregator.js';
import type { ByteSlab } from '../../runtime/byte-slab.js';
import { type DecodeLimits, resolveDecodeLimits, tooManyUserRecords } from '../decode-limits.js';
import type { Serializer } from '../serializers/serializer.js';
import { type FramedOptions, FramedPacking } from './framed-packing.js';
import type { Framing } from './framing.js';

const NEWLINE = 0x0a;

/** Options of {@link LinesAggregator} and {@link JsonLinesAggregator}. */
export type LinesOptions = FramedOptions & Pick<DecodeLimits, 'maxUserRecords'>;

const framing: Framing = {
  fixedBytes: 0,
  framedBytes: (dataBytes) => dataBytes + 1,
  append(slab: ByteSlab, data: Uint8Array): void {
    slab.bytes(data);
    slab.byte(NEWLINE);
  },
};

/**
 * User records on lines, each ended by a newline. A serializer whose bytes may be empty or hold a newline does not go
 * with it: such values are refused when they are put.
 */
export class LinesAggregator implements Aggregator {
  readonly name: string;
  readonly packing: Packing;
  private readonly maxUserRecords: number;

  constructor(
    private readonly serializer: Serializer,
    options: LinesOptions = {},
  ) {
    this.name = `${serializer.name} lines`;
    this.maxUserRecords = resolveDecodeLimits(options).maxUserRecords;
    this.packing = new FramedPacking(framing, this.maxUserRecords, options);
  }

  serialize(value: unknown): Uint8Array | string {
    const data = this.serializer.serialize(value);
    if (data.length === 0) throw new TypeError('an empty value cannot have a line of its own');
    if (hasNewline(data)) throw new TypeError('a value with a newline cannot be one line');
    return data;
  }

  /** Empty lines, and a missing newline behind the last line, are of no account. */
  unpack({ data, partitionKey }: PackedRecord): readonly UserRecord[] {
    const records: UserRecord[] = [];
    for (let start = 0; start < data.length;) {
      const newline = data.indexOf(NEWLINE, start);
      const end = newline < 0 ? data.length : newline;
      if (end > start) {
        if (records.length === this.maxUserRecords) throw tooManyUserRecords(this.maxUserRecords);
        records.push({ data: data.subarray(start, end), partitionKey });
      }
      start = end + 1;
    }
    return records;
  }

  deserialize(data: Uint8Array): unknown {
    return this.serializer.deserialize(data);
  }
}

function hasNewline(data: Uint8Array | string): boolean {
  return typeof data === 'string' ? data.includes('\n') : data.includes(NEWLINE);
}
