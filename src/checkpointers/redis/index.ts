export {
  RedisCheckpointer,
  type RedisCheckpointerOptions,
  type RedisCommands,
} from './redis-checkpointer.js';
