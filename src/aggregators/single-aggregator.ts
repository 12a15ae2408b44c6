import type { Aggregator, PackedRecord, UserRecord } from './aggregator.js';
import type { Serializer } from './serializers/serializer.js';
import { readsText, textReaderOf } from './serializers/text-reader.js';

/** One value in each Kinesis record, with the serializer of your choice. */
export class SingleAggregator implements Aggregator {
  readonly name: string;

  constructor(private readonly serializer: Serializer) {
    this.name = serializer.name;
  }

  serialize(value: unknown): Uint8Array | string {
    return this.serializer.serialize(value);
  }

  unpack(record: PackedRecord): readonly UserRecord[] {
    return [record];
  }

  deserialize(data: Uint8Array): unknown {
    return this.serializer.deserialize(data);
  }

  static {
    readsText(SingleAggregator, ({ serializer }) => textReaderOf(serializer));
  }
}
