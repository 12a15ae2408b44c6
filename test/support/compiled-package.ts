import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { transform } from '@swc/core';

const ROOT = join(import.meta.dirname, '..', '..');

/** This package as a process of its own can load it, with a folder of programs that import it by its name. */
export interface CompiledPackage {
  /** Where the compiled programs are. */
  readonly programs: string;
  remove(): Promise<void>;
}

/**
 * Compiles `src` and the programs to JavaScript in a directory of its own, without checking types: well under a second,
 * and unlike loading TypeScript in each process it costs them nothing at their start.
 *
 * @param programs - a folder of TypeScript
 */
export async function compilePackage(programs: string): Promise<CompiledPackage> {
  const directory = await mkdtemp(join(tmpdir(), 'nestjs-kinesis-'));
  await symlink(join(ROOT, 'node_modules'), join(directory, 'node_modules'), 'dir');
  return compileInto(directory, programs);
}

/**
 * The same inside a project that has dependencies of its own, which go before this package's.
 *
 * @param project - a folder with `node_modules`, in this repository
 */
export async function compilePackageIn(project: string, ...programs: string[]): Promise<CompiledPackage> {
  const directory = join(project, 'dist');
  await rm(directory, { recursive: true, force: true });
  return compileInto(directory, ...programs);
}

async function compileInto(directory: string, ...programs: string[]): Promise<CompiledPackage> {
  await mkdir(directory, { recursive: true });
  await Promise.all([
    cp(join(ROOT, 'package.json'), join(directory, 'package.json')),
    compileFolder(join(ROOT, 'src'), join(directory, 'dist')),
    ...programs.map((folder) => compileFolder(folder, join(directory, 'programs'))),
  ]);
  return {
    programs: join(directory, 'programs'),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

async function compileFolder(from: string, to: string): Promise<void> {
  const files = (await readdir(from, { recursive: true })).filter((file) => /\.[jt]s$/.test(file));
  await Promise.all(files.map((file) => compileFile(join(from, file), join(to, file.replace(/ts$/, 'js')))));
}

async function compileFile(from: string, to: string): Promise<void> {
  const { code } = await transform(await readFile(from, 'utf8'), {
    swcrc: false,
    jsc: {
      target: 'es2023',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      keepClassNames: true,
    },
    module: { type: 'es6' },
  });
  await mkdir(dirname(to), { recursive: true });
  await writeFile(to, code);
}
