import { type Checkpointer, MemoryCheckpointer } from 'nestjs-kinesis';

/** Where the demo's leases and checkpoints are. */
export interface LeaseTarget {
  /** For people. */
  description: string;
  checkpointer: Checkpointer;
  close(): Promise<void>;
}

/** Redis when `REDIS_URL` is set, else this process's memory. */
export async function openLeases(env: NodeJS.ProcessEnv): Promise<LeaseTarget> {
  const url = env['REDIS_URL'];
  if (url === undefined) {
    return { description: 'memory', checkpointer: new MemoryCheckpointer(), close: async () => undefined };
  }
  // Only who wants Redis needs ioredis.
  const [{ Redis }, { RedisCheckpointer }] = await Promise.all([
    import('ioredis'),
    import('nestjs-kinesis/redis'),
  ]);
  const client = new Redis(url);
  return {
    description: 'Redis',
    checkpointer: new RedisCheckpointer({ client }),
    close: async () => client.disconnect(),
  };
}
