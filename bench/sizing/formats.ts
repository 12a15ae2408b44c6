import {
  type Aggregator,
  compressed,
  JsonAggregator,
  JsonLinesAggregator,
  JsonListAggregator,
  JsonSerializer,
  KplAggregator,
  StringAggregator,
} from 'nestjs-kinesis';
import { MsgpackAggregator, MsgpackListAggregator } from 'nestjs-kinesis/msgpack';

export interface Format {
  readonly name: string;
  readonly title: string;
  readonly create: () => Aggregator;
  /** What the app puts: the event, or a text it has made of it. */
  readonly takes: 'objects' | 'strings';
}

export const FORMATS: readonly Format[] = [
  { name: 'json', title: '`JsonAggregator`', create: () => new JsonAggregator(), takes: 'objects' },
  { name: 'string', title: '`StringAggregator`', create: () => new StringAggregator(), takes: 'strings' },
  {
    name: 'json-lines',
    title: '`JsonLinesAggregator`',
    create: () => new JsonLinesAggregator(),
    takes: 'objects',
  },
  {
    name: 'json-list',
    title: '`JsonListAggregator`',
    create: () => new JsonListAggregator(),
    takes: 'objects',
  },
  {
    name: 'kpl',
    title: '`KplAggregator(new JsonSerializer())`',
    create: () => new KplAggregator(new JsonSerializer()),
    takes: 'objects',
  },
  { name: 'msgpack', title: '`MsgpackAggregator`', create: () => new MsgpackAggregator(), takes: 'objects' },
  {
    name: 'msgpack-list',
    title: '`MsgpackListAggregator`',
    create: () => new MsgpackListAggregator(),
    takes: 'objects',
  },
];

export const COMPRESSIONS = ['none', 'gzip', 'brotli'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

export function aggregatorOf({ create }: Format, compression: Compression): Aggregator {
  return compression === 'none' ? create() : compressed(create(), compression);
}
