import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../../src/cli/cli.js';
import { filedLease, serializeLeaseFile } from '../../../src/cli/leases/lease-file.js';
import { newLease } from '../../../src/testing/checkpointer-suite/lease-fixture.js';
import { TestTerminal } from '../../support/test-terminal.js';

const PAGE = join(import.meta.dirname, '..', '..', '..', 'docs', 'checkpointers.md');

/** The commands of the page's blocks of shell, as a shell takes them apart. */
async function commands(): Promise<string[][]> {
  const text = await readFile(PAGE, 'utf8');
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, code = '']) => code);
  const lines = blocks.join('').replaceAll('\\\n', ' ').split('\n');
  return lines
    .filter((line) => line.startsWith('npx nestjs-kinesis '))
    .map((line) => (line.match(/'[^']*'|\S+/g) ?? []).slice(2).map((word) => word.replaceAll("'", '')));
}

it('the commands of docs/checkpointers.md do what they say, one after the other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'leases-'));
  // Files stand in for the servers of the page.
  const [source, target] = [join(folder, 'redis.jsonl'), join(folder, 'dynamodb.jsonl')];
  const lease = filedLease({ application: 'billing', streamName: 'orders' }, newLease());
  await writeFile(source, serializeLeaseFile([lease]));
  const outputs: string[] = [];
  for (const command of await commands()) {
    const args = command.map((word) =>
      word.replace(/^redis:.*/, `file:${source}`).replace(/^dynamodb:.*/, `file:${target}`),
    );
    const terminal = new TestTerminal();
    expect({ code: await runCli(args, terminal), errors: terminal.errors }).toEqual({ code: 0, errors: '' });
    outputs.push(terminal.output);
  }
  await rm(folder, { recursive: true });

  expect(outputs).toHaveLength(2);
  expect(outputs[0]).toContain('written: 1 of 1 leases');
  expect(outputs[1]).toBe('1 leases are the same\n');
});
