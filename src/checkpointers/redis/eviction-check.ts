import type { RedisClient } from './redis-client.js';

/** What a server does when its memory is full, as far as it lets us know. */
export type EvictionPolicy = { readonly policy: string } | { readonly unknown: unknown };

/** The policy of every server that may hold leases. */
export async function evictionPolicies(client: RedisClient): Promise<EvictionPolicy[]> {
  const servers = client.nodes?.('master') ?? [client];
  return Promise.all(
    servers.map((server) =>
      // INFO, since many a hosted server forbids CONFIG.
      server.info('memory').then(policyIn, refusalIn),
    ),
  );
}

/** Leases never expire, so `volatile-…` policies leave them alone: those evict only keys that do. */
export function evictsLeases(policy: string): boolean {
  return policy.startsWith('allkeys-');
}

function policyIn(info: string): EvictionPolicy {
  const policy = /^maxmemory_policy:([a-z-]+)/m.exec(info)?.[1];
  return policy === undefined ? { unknown: 'INFO names no maxmemory_policy' } : { policy };
}

/** A server that answers, but does not say: others forbid INFO, too. @throws what is no answer, and may pass */
function refusalIn(error: unknown): EvictionPolicy {
  if (error instanceof Error && error.name === 'ReplyError') return { unknown: error };
  throw error;
}
