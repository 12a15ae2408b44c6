/**
 * `npm run interop -- async-kinesis`: async-kinesis from PyPI and this package write and read each other's formats
 * through the local Kinesis. It needs Python 3.10 or newer and, the first time, PyPI.
 */
import console from 'node:console';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { missingForPython } from './python.js';
import { exchangeWithAsyncKinesis } from './scenario.js';

const DIST = join(import.meta.dirname, '..', '..', '..', 'dist', 'esm');

/** Runs the scenario and says how it went. @returns whether all was well */
export async function interopWithAsyncKinesis() {
  const missing = [
    missingForPython(),
    existsSync(join(DIST, 'testing', 'index.js')) ? '' : 'the built package (npm run build:esm)',
  ].filter((what) => what !== '');
  if (missing.length > 0) {
    console.log(`not run: interop with async-kinesis needs ${missing.join(', ')}.`);
    return false;
  }
  const { LocalKinesis } = await import(join(DIST, 'testing', 'index.js'));
  const aggregators = await import(join(DIST, 'aggregators', 'index.js'));
  const msgpack = await import(join(DIST, 'aggregators', 'msgpack', 'index.js'));
  const kinesis = await LocalKinesis.start();
  let wrong;
  try {
    wrong = await exchangeWithAsyncKinesis(kinesis, { aggregators, msgpack });
  } catch (error) {
    wrong = [error.message];
  } finally {
    await kinesis.stop();
  }
  for (const complaint of wrong) console.error(`wrong: ${complaint}`);
  return wrong.length === 0;
}
