import { UsageError } from '../command.js';
import type { KinesisConnection } from './kinesis-connection.js';
import type { LetterSource } from './letter-source.js';
import type { RedriveArguments } from './redrive-arguments.js';

/** Opens what an address names. */
export type OpenSource = (
  name: string,
  options: RedriveArguments,
  connection: KinesisConnection,
) => Promise<LetterSource>;

interface Entry {
  /** What `--help` shows. */
  readonly form: string;
  /** The package that users of other sources may not have. */
  readonly needs?: string;
  readonly load: () => Promise<OpenSource>;
}

const SOURCES: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  [
    'file',
    {
      form: 'file:<path>       a file of a FileDeadLetterSink',
      load: async () => (await import('./sources/file.js')).openFile,
    },
  ],
  [
    'kinesis',
    {
      form: 'kinesis:<stream>  a stream of dead letters, by name or ARN',
      load: async () => (await import('./sources/kinesis.js')).openKinesis,
    },
  ],
  [
    'sqs',
    {
      form: 'sqs:<url>         a queue of dead letters; those put back are deleted (of a FIFO queue a dry run sees the first only)',
      needs: '@aws-sdk/client-sqs',
      load: async () => (await import('./sources/sqs.js')).openSqs,
    },
  ],
]);

export function sourceForms(): string[] {
  return [...SOURCES.values()].map(({ form }) => form);
}

/** @throws UsageError when there is no such kind of source */
export async function openSource(
  options: RedriveArguments,
  connection: KinesisConnection,
): Promise<LetterSource> {
  const [, scheme = '', name = ''] = /^([a-z]+):(.+)$/s.exec(options.from) ?? [];
  const entry = SOURCES.get(scheme);
  if (!entry) {
    const forms = [...SOURCES.keys()].map((kind) => `${kind}:…`).join(', ');
    throw new UsageError(`--from must be one of ${forms}, not "${options.from}"`);
  }
  const open = await entry.load().catch((cause: unknown) => {
    if (entry.needs === undefined || (cause as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND')
      throw cause;
    throw new Error(`${scheme}: needs ${entry.needs}, which is not installed: npm install ${entry.needs}`, {
      cause,
    });
  });
  return open(name, options, connection);
}
