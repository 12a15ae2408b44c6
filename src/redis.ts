export * from './checkpointers/redis/index.js';
export {
  RedisDeduplicator,
  type RedisDeduplicatorOptions,
} from './delivery/deduplication/redis-deduplicator.js';
