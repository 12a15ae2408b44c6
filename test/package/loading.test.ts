import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type CompiledPackage, compilePackage } from '../support/compiled-package.js';

const run = promisify(execFile);

/** Milliseconds after which a program that hangs is ended. */
const PATIENCE = 120_000;

let compiled: CompiledPackage;

beforeAll(async () => {
  compiled = await compilePackage(join(import.meta.dirname, 'programs'), {
    packages: 'required',
    commonjs: true,
  });
});

afterAll(() => compiled.remove());

async function node(...args: string[]): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, args, {
    cwd: compiled.directory,
    timeout: PATIENCE,
  });
  return stdout + stderr;
}

it.each(['index.js', 'testing/index.js'])(
  'both copies of %s load without an optional peer',
  async (entry) => {
    expect(await node('--input-type=module', '--eval', `await import('./dist/esm/${entry}')`)).toBe('');
    expect(await node('--eval', `require('./dist/cjs/${entry}')`)).toBe('');
  },
);

it.each(['checkpointers/redis/index.js', 'aggregators/msgpack/index.js'])(
  'the optional peer of %s is not there',
  async (entry) => {
    await expect(node('--eval', `require('./dist/cjs/${entry}')`)).rejects.toThrow(
      /Cannot find (module|package)/,
    );
  },
);

it('the CommonJS copy exports what the ESM copy does', async () => {
  const names = `(module) => Object.keys(module).filter((name) => name !== 'module.exports').sort().join()`;
  const script = `import('./dist/esm/index.js').then((esm) => {
    const names = ${names};
    process.stdout.write(String(names(esm) === names(require('./dist/cjs/index.js'))));
  })`;
  expect(await node('--eval', script)).toBe('true');
});

it('a process that requires and imports the package holds one copy of it', async () => {
  expect(await node(join(compiled.programs, 'one-copy.js'))).toBe('one copy');
});

it('where two copies meet, they share injection tokens and decorated handlers', async () => {
  const output = await node(join(compiled.programs, 'two-copies.js'));
  expect(output).toBe('two copies, handled [{"number":7}], leases 1');
});
