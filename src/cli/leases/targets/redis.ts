import { RedisCheckpointer } from '../../../checkpointers/redis/redis-checkpointer.js';
import type { OpenTarget } from '../target.js';
import { connectRedis } from './redis-client.js';
import { labelOf, urlOf } from './url.js';

/** Leases of a {@link RedisCheckpointer}. */
export const openRedis: OpenTarget = async (address) => {
  const url = urlOf(address, ['prefix', 'cluster']);
  const keyPrefix = url.searchParams.get('prefix');
  const client = await connectRedis(url);
  const store = new RedisCheckpointer({
    client,
    commandTimeout: 30_000,
    // Whether the application may run on this server is for the application to say.
    allowEviction: true,
    ...(keyPrefix === null ? {} : { keyPrefix }),
  });
  return {
    label: labelOf(url),
    store,
    list: (scope) => store.list(scope),
    close: async () => client.disconnect(),
  };
};
