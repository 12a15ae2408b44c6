/**
 * `npm run interop`: clients that others wrote put and consume through the local Kinesis. `polling` and `fan-out` are
 * AWS's own Java libraries, the KPL and the KCL, and need a JDK 17, Maven 3.8 and, the first time, Maven Central;
 * `async-kinesis` is the Python library of that name, and needs Python 3.10 and, the first time, PyPI.
 */
import console from 'node:console';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { atHand } from '../toolbox/run.js';
import { interopWithAsyncKinesis } from './async-kinesis/interop.js';
import { startDynamoDbLocal } from './dynamodb-local.js';
import { buildPrograms } from './java-programs.js';
import { putAndConsume } from './scenario.js';

const TESTING = join(import.meta.dirname, '..', '..', 'dist', 'testing', 'index.js');
const RETRIEVALS = ['polling', 'fan-out'];
const ASYNC_KINESIS = 'async-kinesis';

const wanted = process.argv.length > 2 ? process.argv.slice(2) : [...RETRIEVALS, ASYNC_KINESIS];
const retrievals = wanted.filter((name) => name !== ASYNC_KINESIS);
const outcomes = [];
if (retrievals.length > 0) outcomes.push(await interopWithJava(retrievals));
if (wanted.includes(ASYNC_KINESIS)) outcomes.push(await interopWithAsyncKinesis());

const well = outcomes.every(Boolean);
console.log(well ? 'interop: all is well' : 'interop: FAILED');
process.exitCode = well ? 0 : 1;

/** The KPL puts and the KCL consumes. Returns whether the ledgers agree. */
async function interopWithJava(retrievals) {
  const missing = [
    atHand('javac') ? '' : 'a JDK, version 17 or newer (javac)',
    atHand('mvn') ? '' : 'Maven 3.8 or newer (mvn)',
    existsSync(TESTING) ? '' : 'the built package (npm run build:lib)',
  ].filter((what) => what !== '');
  if (missing.length > 0) {
    console.log(`not run: interop with the KPL and the KCL needs ${missing.join(', ')}.`);
    return false;
  }
  buildPrograms();
  const { LocalKinesis } = await import(TESTING);
  const kinesis = await LocalKinesis.start({ tls: true });
  let dynamodb;
  const wrong = [];
  try {
    dynamodb = await startDynamoDbLocal();
    for (const retrieval of retrievals) {
      wrong.push(...(await putAndConsume(kinesis, dynamodb.endpoint, retrieval)));
    }
  } catch (error) {
    wrong.push(error.message);
  } finally {
    await dynamodb?.stop();
    await kinesis.stop();
  }
  for (const complaint of wrong) console.error(`wrong: ${complaint}`);
  return wrong.length === 0;
}
