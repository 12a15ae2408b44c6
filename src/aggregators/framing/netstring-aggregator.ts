import { DeserializationError } from '../../errors.js';
import type { Aggregator, PackedRecord, Packing, UserRecord } from '../aggregator.js';
import type { ByteSlab } from '../../runtime/byte-slab.js';
import { type DecodeLimits, resolveDecodeLimits, tooManyUserRecords } from '../decode-limits.js';
import type { Serializer } from '../serializers/serializer.js';
import { type FramedOptions, FramedPacking } from './framed-packing.js';
import type { Framing } from './framing.js';

const ZERO = 0x30;
const COLON = 0x3a;
const COMMA = 0x2c;

/** Enough for any length in a Kinesis record, and few enough that it is an exact number. */
const MAX_DIGITS = 10;

/** Options of {@link NetstringAggregator}. */
export type NetstringOptions = FramedOptions & Pick<DecodeLimits, 'maxUserRecords'>;

const framing: Framing = {
  fixedBytes: 0,
  framedBytes: (dataBytes) => String(dataBytes).length + dataBytes + 2,
  append(slab: ByteSlab, data: Uint8Array): void {
    slab.ascii(String(data.length));
    slab.byte(COLON);
    slab.bytes(data);
    slab.byte(COMMA);
  },
};

/**
 * User records as netstrings, one behind the other: the length in decimal digits, a colon, the bytes, a comma. Any
 * bytes may be in them. A Kinesis record that does not begin with digits and a colon is taken for one user record that
 * was put plainly.
 */
export class NetstringAggregator implements Aggregator {
  readonly name: string;
  readonly packing: Packing;
  private readonly maxUserRecords: number;

  constructor(
    private readonly serializer: Serializer,
    options: NetstringOptions = {},
  ) {
    this.name = `${serializer.name} netstrings`;
    this.maxUserRecords = resolveDecodeLimits(options).maxUserRecords;
    this.packing = new FramedPacking(framing, this.maxUserRecords, options);
  }

  serialize(value: unknown): Uint8Array | string {
    return this.serializer.serialize(value);
  }

  unpack(record: PackedRecord): readonly UserRecord[] {
    const { data, partitionKey } = record;
    if (colonAfterDigits(data, 0) < 0) return [record];
    const records: UserRecord[] = [];
    for (let position = 0; position < data.length;) {
      const colon = colonAfterDigits(data, position);
      if (colon < 0) throw malformed(position);
      const start = colon + 1;
      const end = start + decimal(data, position, colon);
      if (data[end] !== COMMA) throw malformed(position);
      if (records.length === this.maxUserRecords) throw tooManyUserRecords(this.maxUserRecords);
      records.push({ data: data.subarray(start, end), partitionKey });
      position = end + 1;
    }
    return records;
  }

  deserialize(data: Uint8Array): unknown {
    return this.serializer.deserialize(data);
  }
}

/** Where the colon is that ends the digits at `position`, or -1. */
function colonAfterDigits(data: Uint8Array, position: number): number {
  let index = position;
  while (index - position < MAX_DIGITS && isDigit(data[index])) index++;
  return index > position && data[index] === COLON ? index : -1;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= ZERO + 9;
}

function decimal(data: Uint8Array, start: number, end: number): number {
  let number = 0;
  for (let index = start; index < end; index++) number = number * 10 + ((data[index] ?? 0) - ZERO);
  return number;
}

function malformed(position: number): DeserializationError {
  return new DeserializationError(
    `The netstring at byte ${position} of the record is cut short or malformed.`,
  );
}
