import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { peersFolder } from '../producer/peers.js';

/** Installs what a folder's programs need into a virtual environment; its Python, or undefined where that is not possible. */
export function installPython(folder: string): string | undefined {
  const requirements = join(folder, 'requirements.txt');
  const wanted = readFileSync(requirements, 'utf8');
  const environment = join(peersFolder(), 'async-kinesis');
  const python = join(environment, 'bin', 'python');
  const installed = join(environment, 'installed.txt');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return python;
  const quietly = ['--quiet', '--disable-pip-version-check'];
  const ready =
    succeeds('python3', ['-m', 'venv', environment]) &&
    succeeds(python, ['-m', 'pip', 'install', ...quietly, '-r', requirements]);
  if (!ready) return undefined;
  writeFileSync(installed, wanted);
  return python;
}

function succeeds(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}
