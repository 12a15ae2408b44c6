import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DeadLetterEnvelope as DeadLetter, FileDeadLetterSink } from 'nestjs-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import { runCli } from '../../../src/cli/cli.js';
import { deadLetter } from '../../support/dead-letter.js';
import { TestTerminal } from '../../support/test-terminal.js';
import { environmentOf } from '../../support/kinesis-environment.js';

export interface CommandResult {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

export async function runRedrive(
  args: readonly string[],
  terminal = new TestTerminal(),
): Promise<CommandResult> {
  const code = await runCli(['redrive', ...args], terminal);
  return { code, output: terminal.output, errors: terminal.errors };
}

export interface RedriveFixture {
  readonly kinesis: LocalKinesis;
  readonly folder: string;
  /** What leads to the Kinesis. */
  readonly environment: Readonly<Record<string, string>>;
  /** Writes letters to a file, and gives back its path. */
  readonly file: (letters: readonly DeadLetter[]) => Promise<string>;
  /** What a stream holds, as text. */
  readonly records: (stream?: string) => string[];
  readonly stop: () => Promise<void>;
}

/** A Kinesis with some streams, to which the environment leads, and a folder. */
export async function startRedriveFixture(): Promise<RedriveFixture> {
  const kinesis = await LocalKinesis.start({
    limits: 'none',
    streams: { orders: { shards: 2 }, payments: {}, other: {}, dead: { shards: 2 } },
  });
  const folder = await mkdtemp(join(tmpdir(), 'redrive-'));
  const environment = environmentOf(kinesis);
  Object.assign(process.env, environment);
  return {
    kinesis,
    folder,
    environment,
    file: async (letters) => {
      const path = join(folder, 'letters.jsonl');
      await new FileDeadLetterSink({ path }).send(letters, new AbortController().signal);
      return path;
    },
    records: (stream = 'orders') =>
      [...kinesis.records(stream)].map(({ data }) => Buffer.from(data).toString()),
    stop: async () => {
      for (const name of Object.keys(environment)) Reflect.deleteProperty(process.env, name);
      await kinesis.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** Letters of orders, their data `order <n>`, of so many partition keys by turns. */
export function lettersOf(count: number, keys = count, fields: Partial<DeadLetter> = {}): DeadLetter[] {
  return Array.from({ length: count }, (_, n) =>
    deadLetter({
      sequenceNumber: String(n),
      partitionKey: `key ${n % keys}`,
      data: Buffer.from(`order ${n}`),
      ...fields,
    }),
  );
}

export function progressOf(path: string): Promise<string[]> {
  return readFile(path, 'utf8').then(
    (text) => text.split('\n').filter((line) => line !== ''),
    () => [],
  );
}
