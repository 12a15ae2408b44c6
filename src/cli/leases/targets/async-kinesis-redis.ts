import { Cluster, type Redis } from 'ioredis';
import type { OpenTarget } from '../target.js';
import { type AsyncKinesisRow, toLeases, withParents } from './async-kinesis.js';
import { connectRedis } from './redis-client.js';
import { labelOf, urlOf } from './url.js';

/**
 * What async-kinesis' `RedisCheckPointer(name)` keeps: keys `pyredis-<name>-<shard>` of JSON. The name of the stream is
 * not in them.
 */
export const openAsyncKinesisRedis: OpenTarget = async (address, { application }) => {
  const url = urlOf(address.replace(/^async-kinesis\+/, ''), ['name', 'cluster', 'parents']);
  const prefix = `pyredis-${url.searchParams.get('name') ?? application}-`;
  const client = await connectRedis(url);
  return {
    label: `async-kinesis+${labelOf(url)}`,
    list: async ({ streamName }) => {
      const leases = toLeases(await readRows(client, prefix));
      return withParents(leases, streamName, url.searchParams.get('parents') ?? 'kinesis');
    },
    close: async () => client.disconnect(),
  };
};

async function readRows(client: Redis | Cluster, prefix: string): Promise<AsyncKinesisRow[]> {
  const servers = client instanceof Cluster ? client.nodes('master') : [client];
  const keys = (await Promise.all(servers.map((server) => keysOf(server, prefix)))).flat();
  const rows: AsyncKinesisRow[] = [];
  for (const key of keys) {
    const value = await client.get(key);
    if (value === null) continue;
    const { ref, ts, sequence } = parsed(key, value);
    rows.push({
      shardId: key.slice(prefix.length),
      ref: ref ?? null,
      ts: ts ?? null,
      sequence: sequence ?? null,
    });
  }
  return rows;
}

/** @throws Error that names the key */
function parsed(key: string, value: string): Partial<AsyncKinesisRow> {
  try {
    return JSON.parse(value) as Partial<AsyncKinesisRow>;
  } catch (cause) {
    throw new Error(`the key ${key} is no checkpoint of async-kinesis: it is no JSON`, { cause });
  }
}

async function keysOf(server: Redis, prefix: string): Promise<string[]> {
  const pattern = `${prefix.replaceAll(/[*?[\]\\]/g, '\\$&')}shardId-*`;
  const keys = new Set<string>();
  for await (const found of server.scanStream({ match: pattern, count: 1_000 }) as AsyncIterable<string[]>) {
    for (const key of found) keys.add(key);
  }
  return [...keys];
}
