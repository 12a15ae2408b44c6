import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { serializeLeaseFile } from '../../src/cli/leases/lease-file.js';
import { newLease } from '../../src/testing/checkpointer-suite/lease-fixture.js';
import { type CompiledPackage, compilePackage } from '../support/compiled-package.js';

/** The clients of stores, which only those need who use the stores. */
const CLIENTS = ['ioredis', '@aws-sdk/client-dynamodb'];

describe('the compiled package', () => {
  let compiled: CompiledPackage;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'programs-'));
    compiled = await compilePackage(folder);
  });
  afterAll(async () => {
    await compiled.remove();
    await rm(folder, { recursive: true });
  });

  /** Runs Node in the package, and stops reading its output after the first `enough` bytes. */
  const run = async (args: readonly string[], enough = Infinity) => {
    const child = spawn(process.execPath, args, { cwd: dirname(compiled.programs) });
    let [output, errors] = ['', ''];
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
      if (output.length >= enough) child.stdout.destroy();
    });
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    const [code] = (await once(child, 'close')) as [number];
    return { code, output, errors };
  };

  it('loads the client of a store only where its sub-path is imported', async () => {
    const without = encodeURIComponent(`
      export async function resolve(specifier, context, next) {
        if (${JSON.stringify(CLIENTS)}.includes(specifier)) throw new Error(specifier);
        return next(specifier, context);
      }`);
    const missing = async (entry: string): Promise<string> => {
      const program = `
        import { register } from 'node:module';
        register('data:text/javascript,${without}');
        await import('${entry}').then(() => console.log('nothing'), (error) => console.log(error.message));`;
      const { output, errors } = await run(['--input-type=module', '-e', program]);
      return output.trim() || errors;
    };

    await expect(missing('nestjs-kinesis')).resolves.toBe('nothing');
    await expect(missing('nestjs-kinesis/redis')).resolves.toBe('ioredis');
    await expect(missing('nestjs-kinesis/dynamodb')).resolves.toBe('@aws-sdk/client-dynamodb');
  });

  it('goes on when nobody reads what the command line prints', async () => {
    const file = join(folder, 'leases.jsonl');
    const leases = Array.from({ length: 5_000 }, (_, i) => ({
      application: 'billing',
      stream: 'orders',
      ...newLease(`shardId-${i}`),
    }));
    await writeFile(file, serializeLeaseFile(leases));
    const manifest = await readFile(join(dirname(compiled.programs), 'package.json'), 'utf8');
    const main = (JSON.parse(manifest) as { bin: Record<string, string> }).bin['nestjs-kinesis'] ?? '';
    const names = ['--application', 'billing', '--stream', 'orders'];

    const { code, errors } = await run([main, 'leases', 'export', '--from', `file:${file}`, ...names], 1);

    expect({ code, errors }).toEqual({ code: 0, errors: '' });
  });
});
