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
  const matrix = join(ROOT, 'test', 'handlers', 'enhancer-matrix');
  compiled = await compilePackageIn(PROJECT, matrix, join(PROJECT, 'programs'));
});

afterAll(() => compiled.remove());

describe('the enhancer matrix on Nest 11', () => {
  let run: MatrixRun;

  beforeAll(async () => {
    run = await onNest11('run.js', 'runMatrix');
  });

  describeMatrix(() => run);
});

it('is Nest 11', async () => {
  expect(await onNest11('version.js', 'nestVersion')).toMatch(/^11\./);
});

it("Nest's own @Payload, @Ctx and ValidationPipe work; what is not valid is not tried again", async () => {
  const orders = ['OrderDto 1', 'OrderDto 3'];
  expect(await onNest11('microservices.js', 'runMicroservices')).toEqual({
    '@Payload and @Ctx': orders,
    '@KinesisPayload': orders,
    'a pipe on the method': orders,
  });
});

it('handlers end before any provider closes: those of the root module, too', async () => {
  const [begins, ends, ...closes] = await onNest11<string[]>('shutdown.js', 'runShutdown');
  expect([begins, ends]).toEqual(['the handler begins', 'the handler ends']);
  expect(closes.sort()).toEqual(['DeepDatabase closes', 'FeatureDatabase closes', 'RootDatabase closes']);
});
