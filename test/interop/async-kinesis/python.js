import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { cacheFolder } from '../../toolbox/cache-folder.js';
import { atHand, run } from '../../toolbox/run.js';

const HERE = import.meta.dirname;
const REQUIREMENTS = join(HERE, 'requirements.txt');

/** What is missing for this scenario, in words; empty when nothing is. */
export function missingForPython() {
  return atHand('python3', '-m', 'venv', '--help')
    ? ''
    : 'Python 3.10 or newer with its venv module (python3)';
}

/** Installs async-kinesis from PyPI into a virtual environment in the cache, unless it is there. */
export function installAsyncKinesis() {
  const folder = cacheFolder('interop', 'async-kinesis');
  const python = join(folder, 'bin', 'python');
  const installed = join(folder, 'installed.txt');
  const wanted = readFileSync(REQUIREMENTS, 'utf8');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return python;
  run('python3', ['-m', 'venv', folder]);
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS]);
  writeFileSync(installed, wanted);
  return python;
}

/**
 * Runs one of the programs beside this file to its end.
 *
 * @returns what it wrote to standard output
 */
export function runPython(python, program, args, input = '') {
  return new Promise((resolve, reject) => {
    const child = spawn(python, [join(HERE, program), ...args.map(String)], {
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    });
    let output = '';
    let complaints = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (complaints += text));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else
        reject(new Error(`${program} ${args.slice(1).join(' ')} ended with ${code}\n${output}${complaints}`));
    });
    // A program that ends early says why on its own.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
