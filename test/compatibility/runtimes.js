import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { cacheFolder } from '../toolbox/cache-folder.js';
import { npmInstall } from './child.js';

/** The oldest Node that `engines` admits, and the newest of each later line. */
const NODE_VERSIONS = { 20: '20.19.0', 22: '22', 24: '24' };

/** The line of the Node that runs this: it needs no download. */
export const CURRENT_NODE = process.versions.node.split('.', 1)[0];

export const NODES = [...new Set([...Object.keys(NODE_VERSIONS), CURRENT_NODE])];

/** The path of a Node of this line: the one that runs this, or else one that npm has for this system. */
export async function nodeOf(line, { download }) {
  if (!download && line === CURRENT_NODE) return process.execPath;
  const carrier = `node-${process.platform}-${process.arch}`;
  return fetched(`${carrier}@${NODE_VERSIONS[line] ?? line}`, join(carrier, 'bin', 'node'));
}

export const TYPESCRIPTS = ['5.9', '6.0', '7.0'];

/** The path of the compiler of this line. */
export function compilerOf(line) {
  return fetched(`typescript@~${line}.0`, join('typescript', 'bin', 'tsc'));
}

const fetching = new Map();

/** The path of a file in a package from npm, kept between runs in a folder of its own. */
function fetched(wanted, file) {
  const known = fetching.get(wanted) ?? fetch(wanted, file);
  fetching.set(wanted, known);
  return known;
}

async function fetch(wanted, file) {
  const folder = cacheFolder('compatibility', wanted);
  const path = join(folder, 'node_modules', file);
  if (!existsSync(path)) await npmInstall(folder, wanted);
  return path;
}
