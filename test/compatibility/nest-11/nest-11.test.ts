import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeMatrix } from '../../handlers/enhancer-matrix/describe-matrix.js';
import type { MatrixRun } from '../../handlers/enhancer-matrix/run.js';
import { type CompiledPackage, compilePackageIn } from '../../support/compiled-package.js';
import { installNest11, PROJECT } from './install.js';

const ROOT = join(PROJECT, '..', '..', '..');

let compiled: CompiledPackage;

/** Runs a function of a compiled module in a process of its own, where Nest is Nest 11; gives what it resolves with. */
async function onNest11<T>(module: string, call: string): Promise<T> {
  const program = `
    import 'reflect-metadata';
    import { ${call} } from ${JSON.stringify(join(compiled.programs, module))};
    console.log(JSON.stringify(await ${call}()));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: compiled.programs,
    env: { ...process.env, NODE_OPTIONS: '' },
    timeout: 120_000,
  });
  return JSON.parse(stdout) as T;
}

beforeAll(async () => {
  await installNest11();
  compiled = await compilePackageIn(PROJECT, join(ROOT, 'test', 'handlers', 'enhancer-matrix'));
});

afterAll(() => compiled.remove());

describe('the enhancer matrix on Nest 11', () => {
  let run: MatrixRun;

  beforeAll(async () => {
    run = await onNest11('run.js', 'runMatrix');
  });

  describeMatrix(() => run);
});
