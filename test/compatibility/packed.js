import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { output } from './child.js';

const ROOT = join(import.meta.dirname, '..', '..');

/** Packs what is built. @returns the path of the tarball */
export async function packInto(folder) {
  const args = ['pack', '--ignore-scripts', '--json', '--loglevel', 'error', '--pack-destination', folder];
  const [{ filename }] = JSON.parse(await output('npm', args, ROOT));
  return join(folder, filename);
}

/** The optional peers with the ranges that `package.json` gives: some sub-paths need them. */
export async function optionalPeers() {
  const { peerDependencies, peerDependenciesMeta } = await manifest();
  return Object.entries(peerDependencies)
    .filter(([name]) => peerDependenciesMeta[name]?.optional)
    .map(([name, range]) => `${name}@${range}`);
}

/** A module that takes everything from every entry point. */
export async function everyEntryPoint() {
  const { exports } = await manifest();
  return Object.keys(exports)
    .filter((subPath) => !subPath.endsWith('.json'))
    .map((subPath, index) => `export * as entry${index} from '${join('nestjs-kinesis', subPath)}';\n`)
    .join('');
}

/** What `publint` and `attw` say to the tarball; both fail where they find fault. */
export const PACKAGE_CHECKS = {
  publint: (tarball) => check('publint', ['--strict', tarball]),
  attw: (tarball) => check('attw', ['--no-emoji', tarball]),
};

function check(tool, args) {
  return output(process.execPath, [join(ROOT, 'node_modules', '.bin', tool), ...args], ROOT);
}

async function manifest() {
  return JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
}
