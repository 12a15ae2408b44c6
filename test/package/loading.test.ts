import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type CompiledPackage, compilePackage } from '../support/compiled-package.js';

const run = promisify(execFile);

/** Milliseconds after which a program that hangs is ended. */
const PATIENCE = 120_000;

const PROGRAMS = join(import.meta.dirname, 'programs');

/** The entry points that need nothing beside the packages every user has, and the others. */
const PLAIN_ENTRIES = ['index.js', 'testing/index.js', 'context.js'];
const PEER_ENTRIES = builtEntries().filter((entry) => !PLAIN_ENTRIES.includes(entry));

function builtEntries(): string[] {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8');
  const { exports } = JSON.parse(text) as { exports: Record<string, { require?: { default: string } }> };
  return Object.values(exports).flatMap(({ require }) =>
    require === undefined ? [] : [require.default.slice('./dist/cjs/'.length)],
  );
}

/** The package beside the packages every user of it has, and beside all those it can use. */
let bare: CompiledPackage;
let complete: CompiledPackage;

beforeAll(async () => {
  [bare, complete] = await Promise.all([
    compilePackage(PROGRAMS, { packages: 'required', commonjs: true }),
    compilePackage(PROGRAMS, { packages: 'installed', commonjs: true }),
  ]);
});

afterAll(() => Promise.all([bare.remove(), complete.remove()]));

async function node({ directory }: CompiledPackage, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, args, { cwd: directory, timeout: PATIENCE });
  return stdout + stderr;
}

/** Loads both copies of these entry points, and tells for each whether they export the same, and anything. */
function compareCopies(entries: readonly string[]): string {
  return `(async () => {
    const names = (module) => Object.keys(module).filter((name) => name !== 'module.exports').sort().join(' ');
    for (const entry of ${JSON.stringify(entries)}) {
      const [esm, cjs] = [await import('./dist/esm/' + entry), require('./dist/cjs/' + entry)].map(names);
      process.stdout.write(esm !== '' && esm === cjs ? 'same ' : 'different ');
    }
  })()`;
}

it('what needs no optional peer loads without one, and exports the same as ESM and CommonJS', async () => {
  const script = compareCopies(PLAIN_ENTRIES);
  expect(await node(bare, '--eval', script)).toBe('same same same ');
});

it.each(PEER_ENTRIES)(
  '%s needs its optional peer, and exports the same as ESM and CommonJS',
  async (entry) => {
    const script = compareCopies([entry]);
    await expect(node(bare, '--eval', script)).rejects.toThrow(/Cannot find (module|package)/);
    expect(await node(complete, '--eval', script)).toBe('same ');
  },
);

it('a process that requires and imports the package holds one copy of it', async () => {
  expect(await node(bare, join(bare.programs, 'one-copy.js'))).toBe('one copy');
});

it('where two copies meet, they share injection tokens and decorated handlers', async () => {
  const output = await node(bare, join(bare.programs, 'two-copies.js'));
  expect(output).toBe('two copies, handled [{"number":7}], leases 1');
});
