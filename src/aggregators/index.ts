export type {
  Aggregator,
  OpenAggregate,
  PackedRecord,
  Packing,
  PackingScope,
  SealedRecord,
  UserRecord,
} from './aggregator.js';
export { compressed, type CompressionOptions } from './compression/compressed.js';
export type { CompressionFormat } from './compression/codec.js';
export type { DecodeLimits } from './decode-limits.js';
export type { FramedOptions } from './framing/framed-packing.js';
export { LinesAggregator, type LinesOptions } from './framing/lines-aggregator.js';
export { NetstringAggregator, type NetstringOptions } from './framing/netstring-aggregator.js';
export { JsonAggregator } from './json-aggregator.js';
export { JsonLinesAggregator } from './json-lines-aggregator.js';
export { JsonListAggregator, type JsonListOptions } from './json-list-aggregator.js';
export type { KplAlone } from './kpl/kpl-aggregate.js';
export { KplAggregator, type KplOptions } from './kpl/kpl-aggregator.js';
export { PUT_PAYLOAD_UNIT_BYTES, putPayloadUnits, wholePutPayloadUnits } from './put-payload-units.js';
export { BytesSerializer } from './serializers/bytes-serializer.js';
export { JsonSerializer } from './serializers/json-serializer.js';
export type { Serializer } from './serializers/serializer.js';
export { StringSerializer } from './serializers/string-serializer.js';
export { SingleAggregator } from './single-aggregator.js';
export { StringAggregator } from './string-aggregator.js';
