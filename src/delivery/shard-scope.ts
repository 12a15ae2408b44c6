import type { Aggregator } from '../aggregators/aggregator.js';
import type { TextReader } from '../aggregators/serializers/text-reader.js';
import type { ShardPlace } from '../observability/kinesis-event.js';
import type { Position } from './position.js';

/** What all user records of one shard under one lease have in common. */
export interface ShardScope {
  readonly place: ShardPlace;
  readonly aggregator: Aggregator;
  /** What the aggregator makes of a user record's text; undefined where it has to be given the bytes. */
  readonly readText: TextReader | undefined;
  readonly fencingToken: number;
  /** How many handlers must finish each record. */
  readonly handlers: number;
  /** Whether the data of a record can be asked for when it is finished. */
  readonly hasLastingData: boolean;
  /** A handler says that everything up to a position is done. */
  mark(position: Position): void;
}
