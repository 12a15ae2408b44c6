import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { compilePackage } from '../support/compiled-package.js';

const ROOT = join(import.meta.dirname, '..', '..');

interface Entry {
  readonly types: string;
  readonly default: string;
}

interface Manifest {
  readonly main: string;
  readonly types: string;
  readonly bin: Record<string, string>;
  readonly exports: Record<string, string | Record<string, Entry>>;
  readonly typesVersions: Record<string, Record<string, readonly string[]>>;
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
const entries = Object.entries(manifest.exports).filter(
  (entry): entry is [string, Record<string, Entry>] => typeof entry[1] === 'object',
);

/** The source of an entry point, such as `testing/index`. */
function roomOf(conditions: Record<string, Entry>): string {
  return /^\.\/dist\/esm\/(.+)\.js$/.exec(conditions['import']?.default ?? '')?.[1] ?? '';
}

it.each(entries)('%s is offered as ESM and CommonJS, each with its own types', (_subPath, conditions) => {
  const room = roomOf(conditions);
  expect(existsSync(join(ROOT, 'src', `${room}.ts`))).toBe(true);
  const esm = { types: `./dist/esm/${room}.d.ts`, default: `./dist/esm/${room}.js` };
  const cjs = { types: `./dist/cjs/${room}.d.ts`, default: `./dist/cjs/${room}.js` };
  // In this order: the first condition that applies wins, and `types` must come before what it describes.
  expect(JSON.stringify(conditions)).toBe(JSON.stringify({ 'module-sync': esm, import: esm, require: cjs }));
});

it('resolution that knows no exports finds the types of every entry point', () => {
  const known = Object.fromEntries(
    entries
      .filter(([subPath]) => subPath !== '.')
      .map(([subPath, conditions]) => [
        subPath.slice('./'.length),
        [`./dist/cjs/${roomOf(conditions)}.d.ts`],
      ]),
  );
  expect(manifest.typesVersions).toEqual({ '*': known });
  expect([manifest.main, manifest.types]).toEqual(['./dist/cjs/index.js', './dist/cjs/index.d.ts']);
});

it('tests, sample app and compiler find every entry point in the sources', async () => {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: { paths: Record<string, string[]> } };
  };
  const jest = (await import(join(ROOT, 'jest.config.js'))) as {
    default: { moduleNameMapper: Record<string, string> };
  };
  for (const [subPath, conditions] of entries) {
    const name = join('nestjs-kinesis', subPath);
    expect(config.compilerOptions.paths[name]).toEqual([`./src/${roomOf(conditions)}.ts`]);
    expect(jest.default.moduleNameMapper[`^${name}$`]).toBe(`<rootDir>/src/${roomOf(conditions)}.ts`);
  }
});

it('the command is the compiled command line', () => {
  expect(manifest.bin).toEqual({ 'nestjs-kinesis': './dist/esm/cli/main.js' });
  expect(readFileSync(join(ROOT, 'src', 'cli', 'main.ts'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
});

const WANTED = ['README.md', 'LICENSE', 'CHANGELOG.md', 'docs/producer.md'];
const UNWANTED = ['src/index.ts', 'test/a.test.ts', 'bench/run.ts', '.ci/run', 'dist/esm/.tsbuildinfo'];

async function packedFrom(directory: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: directory,
  });
  const [packed] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  return packed.files.map(({ path }) => path);
}

it('npm packs the two builds, the docs, and nothing else', async () => {
  const programs = join(import.meta.dirname, 'programs');
  const compiled = await compilePackage(programs, { packages: 'required', commonjs: true });
  try {
    for (const path of [...WANTED, ...UNWANTED]) {
      await mkdir(dirname(join(compiled.directory, path)), { recursive: true });
      await writeFile(join(compiled.directory, path), '');
    }
    const paths = await packedFrom(compiled.directory);
    const outside = paths.filter((path) => !/^dist\/(?:esm|cjs)\/.+\.js$/.test(path));
    expect(outside.toSorted()).toEqual([...WANTED, 'dist/cjs/package.json', 'package.json'].toSorted());
    const starts = ['dist/esm/index.js', 'dist/cjs/index.js', 'dist/esm/cli/main.js'];
    expect(starts.filter((path) => !paths.includes(path))).toEqual([]);
  } finally {
    await compiled.remove();
  }
});
