import { createRequire } from 'node:module';
import { type Server } from 'node:http';

interface KinesaliteOptions {
  readonly createStreamMs?: number;
  readonly updateStreamMs?: number;
  readonly deleteStreamMs?: number;
  readonly shardLimit?: number;
}

/** kinesalite has no types of its own. */
export const createServer = createRequire(import.meta.url)('kinesalite') as (
  options: KinesaliteOptions,
) => Server;
