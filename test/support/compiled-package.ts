import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { transform } from '@swc/core';

const ROOT = join(import.meta.dirname, '..', '..');

/** This package as a process of its own can load it, with a folder of programs that import it by its name. */
export interface CompiledPackage {
  /** Where its `package.json` is. */
  readonly directory: string;
  /** Where the compiled programs are. */
  readonly programs: string;
  remove(): Promise<void>;
}

export interface CompiledPackageOptions {
  /** The packages it finds: all that are installed here, or those alone that every user of it has. */
  readonly packages?: 'installed' | 'required';
  /** Whether to compile `src` as CommonJS, too. */
  readonly commonjs?: boolean;
}

interface Manifest {
  readonly dependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
  readonly peerDependenciesMeta: Record<string, { readonly optional?: boolean }>;
}

/**
 * Compiles `src` and the programs to JavaScript in a directory of its own, without checking types: well under a second,
 * and unlike loading TypeScript in each process it costs them nothing at their start.
 *
 * @param programs - a folder of TypeScript
 */
export async function compilePackage(
  programs: string,
  { packages = 'installed', commonjs = false }: CompiledPackageOptions = {},
): Promise<CompiledPackage> {
  const directory = await mkdtemp(join(tmpdir(), 'nestjs-kinesis-'));
  const modules = join(directory, 'node_modules');
  if (packages === 'required') await linkRequiredPackages(modules);
  else await symlink(join(ROOT, 'node_modules'), modules, 'dir');
  if (commonjs) await compileCommonJs(join(directory, 'dist', 'cjs'));
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
    compileFolder(join(ROOT, 'src'), join(directory, 'dist', 'esm'), 'es6'),
    ...programs.map((folder) => compileFolder(folder, join(directory, 'programs'), 'es6')),
  ]);
  return {
    directory,
    programs: join(directory, 'programs'),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Dependencies and peers, without the optional ones: a symbolic link finds its own packages where it points to. */
async function linkRequiredPackages(modules: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as Manifest;
  const names = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  const required = names.filter((name) => manifest.peerDependenciesMeta[name]?.optional !== true);
  for (const name of required) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(ROOT, 'node_modules', name), join(modules, name), 'dir');
  }
}

async function compileCommonJs(to: string): Promise<void> {
  await compileFolder(join(ROOT, 'src'), to, 'commonjs');
  await writeFile(join(to, 'package.json'), JSON.stringify({ type: 'commonjs' }));
}

async function compileFolder(from: string, to: string, format: 'es6' | 'commonjs'): Promise<void> {
  const files = (await readdir(from, { recursive: true })).filter((file) => /\.[jt]s$/.test(file));
  await Promise.all(
    files.map((file) => compileFile(join(from, file), join(to, file.replace(/ts$/, 'js')), format)),
  );
}

async function compileFile(from: string, to: string, format: 'es6' | 'commonjs'): Promise<void> {
  const { code } = await transform(await readFile(from, 'utf8'), {
    swcrc: false,
    jsc: {
      target: 'es2023',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      keepClassNames: true,
    },
    module: { type: format },
  });
  await mkdir(dirname(to), { recursive: true });
  await writeFile(to, code);
}
