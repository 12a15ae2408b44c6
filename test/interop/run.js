/**
 * `npm run interop`: AWS's own Java libraries, the KPL and the KCL, put and consume through the local Kinesis, with
 * polling and with enhanced fan-out. It needs a JDK 17, Maven 3.8 and, the first time, Maven Central.
 */
import console from 'node:console';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { atHand } from '../toolbox/run.js';
import { startDynamoDbLocal } from './dynamodb-local.js';
import { buildPrograms } from './java-programs.js';
import { putAndConsume } from './scenario.js';

const TESTING = join(import.meta.dirname, '..', '..', 'dist', 'testing', 'index.js');

const missing = [
  atHand('javac') ? '' : 'a JDK, version 17 or newer (javac)',
  atHand('mvn') ? '' : 'Maven 3.8 or newer (mvn)',
  existsSync(TESTING) ? '' : 'the built package (npm run build:lib)',
].filter((what) => what !== '');

if (missing.length > 0) {
  console.log(`not run: interop needs ${missing.join(', ')}.`);
  process.exit(1);
}

buildPrograms();
const { LocalKinesis } = await import(TESTING);
const kinesis = await LocalKinesis.start({ tls: true });
let dynamodb;
const wrong = [];
try {
  dynamodb = await startDynamoDbLocal();
  const wanted = process.argv.slice(2);
  for (const retrieval of wanted.length > 0 ? wanted : ['polling', 'fan-out']) {
    wrong.push(...(await putAndConsume(kinesis, dynamodb.endpoint, retrieval)));
  }
} catch (error) {
  wrong.push(error.message);
} finally {
  await dynamodb?.stop();
  await kinesis.stop();
}

for (const complaint of wrong) console.error(`wrong: ${complaint}`);
console.log(wrong.length === 0 ? 'interop: the ledgers agree' : 'interop: FAILED');
process.exitCode = wrong.length === 0 ? 0 : 1;
