import type { LeaseScope } from '../../checkpointers/checkpointer.js';
import { UsageError } from '../command.js';
import type { LeaseTarget, OpenTarget } from './target.js';

interface Entry {
  /** What `--help` shows. */
  readonly form: string;
  /** The package that users of other targets may not have. */
  readonly needs?: string;
  readonly load: () => Promise<OpenTarget>;
}

const redis: Entry = {
  form: 'redis://[:password@]host:6379[/db][?prefix=…][&cluster=true]   (rediss:// for TLS)',
  needs: 'ioredis',
  load: async () => (await import('./targets/redis.js')).openRedis,
};

const asyncKinesisRedis: Entry = {
  form: 'async-kinesis+redis://[:password@]host:6379[/db][?name=…]      (to read from)',
  needs: 'ioredis',
  load: async () => (await import('./targets/async-kinesis-redis.js')).openAsyncKinesisRedis,
};

/** What leases can be read from and written to, by the beginning of the address. */
const TARGETS: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  ['redis', redis],
  ['rediss', redis],
  ['file', { form: 'file:leases.jsonl', load: async () => (await import('./targets/file.js')).openFile }],
  [
    'dynamodb',
    {
      form: 'dynamodb://table[?region=…][&endpoint=…][&create=true][&aggregates=kpl][&identifier=…][&unresolved-start=…]',
      needs: '@aws-sdk/client-dynamodb',
      load: async () => (await import('./targets/dynamodb.js')).openDynamoDb,
    },
  ],
  ['async-kinesis+redis', asyncKinesisRedis],
  ['async-kinesis+rediss', asyncKinesisRedis],
  [
    'async-kinesis+dynamodb',
    {
      form: 'async-kinesis+dynamodb://table[?region=…][&endpoint=…]         (to read from)',
      needs: '@aws-sdk/client-dynamodb',
      load: async () => (await import('./targets/async-kinesis-dynamodb.js')).openAsyncKinesisDynamoDb,
    },
  ],
]);

export function targetForms(): string[] {
  return [...new Set([...TARGETS.values()].map(({ form }) => form))];
}

/** @throws UsageError when there is no such kind of target */
export async function openTarget(address: string, scope: LeaseScope): Promise<LeaseTarget> {
  const scheme = /^[a-z][a-z+-]*(?=:)/.exec(address)?.[0] ?? '';
  const entry = TARGETS.get(scheme);
  // The address itself stays out of the message: it may hold a password.
  if (!entry) throw new UsageError(`unknown kind of store "${scheme}:"; there are ${kinds()}`);
  const open = await entry.load().catch((cause: unknown) => {
    if (entry.needs === undefined || (cause as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND')
      throw cause;
    throw new Error(`${scheme}: needs ${entry.needs}, which is not installed: npm install ${entry.needs}`, {
      cause,
    });
  });
  return open(address, scope);
}

function kinds(): string {
  return [...TARGETS.keys()].map((scheme) => `${scheme}:`).join(', ');
}
