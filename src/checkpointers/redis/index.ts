export { RedisCheckpointer } from './redis-checkpointer.js';
export type { RedisCheckpointerOptions } from './redis-checkpointer.options.js';
export type { RedisClient, RedisNode, RedisPipeline, RedisSubscriber } from './redis-client.js';
export type { RedisWait } from './script-runner.js';
export type { RedisConnectionOptions } from './redis-connection.js';
