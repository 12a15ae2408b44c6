/**
 * `npm run interop`: AWS's own Java libraries, the KPL and the KCL, put and consume through the local Kinesis, with each
 * other and with this package. It needs a JDK 17, Maven 3.8 and, the first time, Maven Central.
 */
import console from 'node:console';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { atHand } from '../toolbox/run.js';
import { startDynamoDbLocal } from './dynamodb-local.js';
import { buildPrograms } from './java-programs.js';

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

const { SCENARIOS } = await import('./scenarios/index.js');
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in SCENARIOS));
if (unknown.length > 0) {
  console.log(`no such scenario: ${unknown.join(', ')}; there are ${Object.keys(SCENARIOS).join(', ')}.`);
  process.exit(1);
}

buildPrograms();
const { LocalKinesis } = await import(TESTING);
const kinesis = await LocalKinesis.start({ tls: true });
let dynamodb;
const wrong = [];
try {
  dynamodb = await startDynamoDbLocal();
  for (const name of wanted.length > 0 ? wanted : Object.keys(SCENARIOS)) {
    const complaints = await SCENARIOS[name](kinesis, dynamodb.endpoint).catch((error) => [error.message]);
    wrong.push(...complaints.map((complaint) => `${name}: ${complaint}`));
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
