import type { Aggregator, PackedRecord, UserRecord } from './aggregator.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** One JSON value in each Kinesis record. */
export class JsonAggregator implements Aggregator {
  readonly name = 'json';

  serialize(value: unknown): Uint8Array {
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined) throw new TypeError(`JSON has no form for a value of type ${typeof value}`);
    return encoder.encode(text);
  }

  unpack(record: PackedRecord): readonly UserRecord[] {
    return [record];
  }

  deserialize(data: Uint8Array): unknown {
    return JSON.parse(decoder.decode(data)) as unknown;
  }
}
