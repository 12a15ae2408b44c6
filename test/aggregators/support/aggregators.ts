import {
  type Aggregator,
  BytesSerializer,
  compressed,
  JsonLinesAggregator,
  JsonListAggregator,
  JsonSerializer,
  KplAggregator,
  NetstringAggregator,
} from '../../../src/aggregators/index.js';
import { MsgpackAggregator, MsgpackListAggregator } from '../../../src/aggregators/msgpack/index.js';

/** Aggregators whose size is exact, by name; all of them take any JSON value. */
export const EXACT: readonly [string, () => Aggregator][] = [
  ['JSON lines', () => new JsonLinesAggregator()],
  ['JSON list', () => new JsonListAggregator()],
  ['netstrings of JSON', () => new NetstringAggregator(new JsonSerializer())],
  ['MessagePack netstrings', () => new MsgpackAggregator()],
  ['MessagePack list', () => new MsgpackListAggregator()],
  ['KPL', () => new KplAggregator(new JsonSerializer())],
  ['KPL, never raw', () => new KplAggregator(new JsonSerializer(), { alone: 'aggregated' })],
];

/** All aggregators that put several user records into one Kinesis record. */
export const PACKING: readonly [string, () => Aggregator][] = [
  ...EXACT,
  ['KPL in brotli', () => compressed(new KplAggregator(new JsonSerializer()), 'brotli')],
  ['JSON lines in gzip', () => compressed(new JsonLinesAggregator(), 'gzip')],
  ['MessagePack list in brotli', () => compressed(new MsgpackListAggregator(), 'brotli')],
];

/** Aggregators that carry any bytes. */
export const BINARY: readonly [string, () => Aggregator][] = [
  ['KPL', () => new KplAggregator(new BytesSerializer())],
  ['netstrings', () => new NetstringAggregator(new BytesSerializer())],
  ['KPL in gzip', () => compressed(new KplAggregator(new BytesSerializer()), 'gzip')],
  ['KPL in brotli', () => compressed(new KplAggregator(new BytesSerializer()), 'brotli')],
];
