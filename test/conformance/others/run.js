/**
 * `npm run conformance:others`: the conformance suite on emulators that do not come from npm, and on AWS itself where
 * that is asked for. They are fetched into the cache folder by their own package managers; what is missing is said, and
 * the rest is judged.
 */
import { spawnSync } from 'node:child_process';
import console from 'node:console';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { cacheFolder } from '../../toolbox/cache-folder.js';
import { atHand, run } from '../../toolbox/run.js';

const FERROKINESIS = '0.7.0';
const MOTO = '5.2.5';

function ferrokinesis() {
  const folder = cacheFolder(`ferrokinesis-${FERROKINESIS}`);
  const program = join(folder, 'bin', 'ferrokinesis');
  if (!existsSync(program)) {
    if (!atHand('cargo')) return { missing: 'cargo (Rust 1.87 or newer), which builds ferrokinesis' };
    run('cargo', ['install', 'ferrokinesis', '--version', FERROKINESIS, '--locked', '--root', folder]);
  }
  return { env: { CONFORMANCE_FERROKINESIS: program } };
}

function moto() {
  const folder = cacheFolder(`moto-${MOTO}`);
  const program = join(folder, 'bin', 'moto_server');
  if (!existsSync(program)) {
    if (!atHand('python3', '-c', 'import venv, ensurepip')) {
      return { missing: 'python3 with venv and pip, which install moto' };
    }
    run('python3', ['-m', 'venv', folder]);
    run(join(folder, 'bin', 'pip'), ['install', '--quiet', `moto[server]==${MOTO}`]);
  }
  return { env: { CONFORMANCE_MOTO: program } };
}

function aws() {
  if (process.env.NESTJS_KINESIS_CONFORMANCE_AWS !== '1') {
    return {
      missing: 'NESTJS_KINESIS_CONFORMANCE_AWS=1, which allows the suite to use (and pay for) streams on AWS',
    };
  }
  if (!process.env.AWS_REGION) return { missing: 'AWS_REGION' };
  if (!process.env.AWS_ACCESS_KEY_ID && !process.env.AWS_PROFILE) {
    return { missing: 'AWS credentials (AWS_ACCESS_KEY_ID and so on, or AWS_PROFILE)' };
  }
  return { env: {} };
}

const targets = { ferrokinesis, moto, aws };
const wanted = process.argv.slice(2).filter((name) => name in targets);
const env = { ...process.env };
const files = [];

for (const name of wanted.length > 0 ? wanted : Object.keys(targets)) {
  let found;
  try {
    found = targets[name]();
  } catch (error) {
    found = { missing: `what failed to install: ${error.message}` };
  }
  if (found.missing) {
    console.log(`not judged: ${name}. It needs ${found.missing}.`);
  } else {
    Object.assign(env, found.env);
    files.push(`test/conformance/others/${name}.judge.ts`);
  }
}

if (files.length > 0) {
  const jest = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
  ];
  const patterns = files.map((file) => `**/${file}`);
  const judged = spawnSync(process.execPath, [...jest, '--testMatch', ...patterns], {
    stdio: 'inherit',
    env,
  });
  process.exitCode = judged.status ?? 1;
}
