import type { Aggregator, SealedRecord, UserRecord } from '../../aggregators/aggregator.js';
import { LinesAggregator } from '../../aggregators/framing/lines-aggregator.js';
import { NetstringAggregator } from '../../aggregators/framing/netstring-aggregator.js';
import { JsonListAggregator } from '../../aggregators/json-list-aggregator.js';
import { BytesSerializer } from '../../aggregators/serializers/bytes-serializer.js';
import type { DeadLetter } from '../../delivery/dead-letters/dead-letter.js';

type LoadAggregator = () => Promise<Pick<Aggregator, 'packing'>>;

/**
 * What makes a Kinesis record of one user record. Consumers of every format take plain records too, but a list, or what
 * looks like a netstring, they would take for an aggregate.
 */
export const FRAMINGS = {
  plain: async () => ({}),
  lines: async () => new LinesAggregator(new BytesSerializer()),
  'json-list': async () => new JsonListAggregator(),
  netstrings: async () => new NetstringAggregator(new BytesSerializer()),
  'msgpack-list': async () => {
    const { MsgpackListAggregator } = await import('../../aggregators/msgpack/msgpack-list-aggregator.js');
    return new MsgpackListAggregator();
  },
} as const satisfies Record<string, LoadAggregator>;

export type FramingName = keyof typeof FRAMINGS;

/** Makes the Kinesis record to put for a letter. */
export type Frame = (letter: DeadLetter) => Omit<SealedRecord, 'count'>;

export async function loadFrame(name: FramingName): Promise<Frame> {
  const { packing }: Pick<Aggregator, 'packing'> = await FRAMINGS[name]();
  return (letter) => {
    const { data, partitionKey, explicitHashKey } = letter;
    const record: UserRecord = {
      data,
      partitionKey,
      ...(explicitHashKey === undefined ? {} : { explicitHashKey }),
    };
    // What could not be taken apart is a whole Kinesis record already.
    if (!packing || letter.error.code === 'KINESIS_DESERIALIZATION') return record;
    const aggregate = packing.open();
    aggregate.tryAdd(record, Infinity);
    const [sealed] = aggregate.seal();
    return sealed ?? record;
  };
}
