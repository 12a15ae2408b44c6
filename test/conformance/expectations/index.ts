import { type Topic } from '../harness/expectation.js';
import { addressing } from './addressing.js';
import { capacityMode } from './capacity-mode.js';
import { consumers } from './consumers.js';
import { errors } from './errors.js';
import { iterators } from './iterators.js';
import { limits } from './limits.js';
import { listShards } from './list-shards.js';
import { rates } from './rates.js';
import { records } from './records.js';
import { resharding } from './resharding.js';
import { retention } from './retention.js';
import { streams } from './streams.js';
import { subscriptions } from './subscriptions.js';
import { tags } from './tags.js';
import { tipOfShard } from './tip-of-shard.js';
import { updateShardCount } from './update-shard-count.js';

/** The whole suite. */
export const TOPICS: readonly Topic[] = [
  streams,
  capacityMode,
  listShards,
  records,
  iterators,
  tipOfShard,
  resharding,
  updateShardCount,
  consumers,
  subscriptions,
  retention,
  tags,
  addressing,
  limits,
  rates,
  errors,
];
