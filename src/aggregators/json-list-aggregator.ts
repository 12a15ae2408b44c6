import { DeserializationError } from '../errors.js';
import type { Aggregator, PackedRecord, Packing, UserRecord } from './aggregator.js';
import type { ByteSlab } from '../runtime/byte-slab.js';
import { type DecodeLimits, resolveDecodeLimits, tooManyUserRecords } from './decode-limits.js';
import { type FramedOptions, FramedPacking } from './framing/framed-packing.js';
import type { Framing } from './framing/framing.js';
import { elementsOfJsonList } from './json-list-elements.js';
import { JsonSerializer } from './serializers/json-serializer.js';
import { ListedRecord } from './listed-record.js';

const OPEN = 0x5b;
const CLOSE = 0x5d;
const COMMA = 0x2c;

/** Options of {@link JsonListAggregator}. */
export type JsonListOptions = FramedOptions & Pick<DecodeLimits, 'maxUserRecords'>;

const framing: Framing = {
  // n elements have two brackets and n - 1 commas: one byte for each element, and one more.
  fixedBytes: 1,
  framedBytes: (dataBytes) => dataBytes + 1,
  append(slab: ByteSlab, data: Uint8Array): void {
    slab.byte(slab.length === 0 ? OPEN : COMMA);
    slab.bytes(data);
  },
  finish(slab: ByteSlab): void {
    slab.byte(CLOSE);
  },
};

/**
 * JSON values in one JSON list. The bytes are those of async-kinesis' `JsonListProcessor`, whose consumers get the list
 * as one item where ours get its elements one by one. A Kinesis record that is no list is one user record; a list that
 * was put plainly cannot be told from an aggregate.
 */
export class JsonListAggregator implements Aggregator {
  readonly name = 'json list';
  readonly packing: Packing;
  private readonly serializer = new JsonSerializer();
  private readonly maxUserRecords: number;

  constructor(options: JsonListOptions = {}) {
    this.maxUserRecords = resolveDecodeLimits(options).maxUserRecords;
    this.packing = new FramedPacking(framing, this.maxUserRecords, options);
  }

  serialize(value: unknown): string {
    return this.serializer.serialize(value);
  }

  unpack(record: PackedRecord): readonly UserRecord[] {
    if (!beginsWithBracket(record.data)) return [record];
    const values = this.parse(record.data);
    if (!Array.isArray(values)) return [record];
    if (values.length > this.maxUserRecords) throw tooManyUserRecords(this.maxUserRecords);
    let elements: readonly Uint8Array[] | undefined;
    const dataOf = (index: number): Uint8Array => {
      elements ??= elementsOfJsonList(record.data);
      const element = elements[index];
      if (!element) throw new RangeError(`a list of ${elements.length} elements has none at ${index}`);
      return element;
    };
    return values.map((value: unknown, index) => new ListedRecord(value, record.partitionKey, index, dataOf));
  }

  deserialize(data: Uint8Array): unknown {
    return this.serializer.deserialize(data);
  }

  private parse(data: Uint8Array): unknown {
    try {
      return this.serializer.deserialize(data);
    } catch (error) {
      throw new DeserializationError('The record begins like a JSON list, but is none.', { cause: error });
    }
  }
}

function beginsWithBracket(data: Uint8Array): boolean {
  for (const byte of data) {
    if (byte === OPEN) return true;
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return false;
  }
  return false;
}
