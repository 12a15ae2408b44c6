import { LocalKinesis } from 'nestjs-kinesis/testing';
import { runCli } from '../../../src/cli/cli.js';
import { TestTerminal } from '../../support/test-terminal.js';
import { environmentOf } from '../../support/kinesis-environment.js';

export interface CommandResult {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs `nestjs-kinesis leases …` for the application billing on the stream orders. */
export async function runLeases(command: string, options: string[] = []): Promise<CommandResult> {
  const terminal = new TestTerminal();
  const names = command === '' ? [] : ['--application', 'billing', '--stream', 'orders'];
  const code = await runCli(
    ['leases', ...command.split(' ').filter(Boolean), ...names, ...options],
    terminal,
  );
  return { code, output: terminal.output, errors: terminal.errors };
}

/** With a Kinesis that has the stream orders, to which the environment leads. */
export async function withLocalKinesis<T>(work: (kinesis: LocalKinesis) => Promise<T>): Promise<T> {
  const kinesis = await LocalKinesis.start({ streams: { orders: {} } });
  const environment = environmentOf(kinesis);
  Object.assign(process.env, environment);
  try {
    return await work(kinesis);
  } finally {
    for (const name of Object.keys(environment)) Reflect.deleteProperty(process.env, name);
    await kinesis.stop();
  }
}
