import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../../src/cli/cli.js';
import { TestTerminal } from '../support/test-terminal.js';
import { readPage, readPages, ROOT } from './support/pages.js';

const PAGES = [...readPages(), readPage('CONTRIBUTING.md')];

/** What pages tell users to type, each with its page: whole commands, continued lines put together. */
function commandsOf(program: RegExp): { path: string; command: string }[] {
  return PAGES.flatMap(({ path, text }) => {
    const lines = text.replaceAll('\\\n', ' ');
    return [...lines.matchAll(program)].map(([command]) => ({ path, command }));
  });
}

async function usageOf(command: string): Promise<string> {
  const terminal = new TestTerminal();
  await runCli([command, '--help'], terminal);
  return terminal.output;
}

it('every command of nestjs-kinesis in README and docs is one, and its options are', async () => {
  const commands = commandsOf(/npx nestjs-kinesis (?:local|leases|redrive)\b[^`\n#]*/g);
  const problems: string[] = [];
  for (const { path, command } of commands) {
    const [, , name = '', subcommand = ''] = command.split(/\s+/);
    const usage = await usageOf(name);
    const options = command.match(/--[\w-]+/g) ?? [];
    const words = name === 'leases' && /^\w+$/.test(subcommand) ? [subcommand, ...options] : options;
    problems.push(...words.filter((word) => !usage.includes(word)).map((word) => `${path}: ${name} ${word}`));
  }

  expect(commands.length).toBeGreaterThan(10);
  expect(problems).toEqual([]);
});

it('every npm script in README and docs is one', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
  const named = commandsOf(/(?<=npm run )[\w:.-]*\w/g).filter(
    ({ path }) => path !== 'docs/getting-started.md',
  );

  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ command }) => !Object.hasOwn(scripts, command))).toEqual([]);
});

it('every benchmark and interop scenario that is named is one', () => {
  const benches = commandsOf(/(?<=npm run bench -- )[\w-]+/g).map(({ command }) => `bench/${command}`);
  const scenarios = commandsOf(/(?<=npm run interop -- )[\w.-]+/g).map(
    ({ command }) => `test/interop/${command}`,
  );

  expect(benches.length).toBeGreaterThan(2);
  expect([...benches, ...scenarios].filter((folder) => !existsSync(join(ROOT, folder)))).toEqual([]);
});
