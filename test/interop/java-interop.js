import console from 'node:console';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { atHand } from '../toolbox/run.js';
import { startDynamoDbLocal } from './dynamodb-local.js';
import { buildPrograms } from './java-programs.js';

const TESTING = join(import.meta.dirname, '..', '..', 'dist', 'esm', 'testing', 'index.js');

/** The files of `scenarios` in the order they run; what a file exports by default resolves with its complaints. */
export const JAVA_SCENARIOS = [
  'polling',
  'fan-out',
  'kpl-to-ours',
  'ours-to-kcl',
  'lease-table-2.x',
  'lease-table-3.x',
  'our-table',
  'beside-2.x',
  'beside-3.x-as-2.x',
  'beside-3.x',
];

/** Runs scenarios with the KPL and the KCL. @returns whether all was well */
export async function interopWithJava(scenarios) {
  const missing = [
    atHand('javac') ? '' : 'a JDK, version 17 or newer (javac)',
    atHand('mvn') ? '' : 'Maven 3.8 or newer (mvn)',
    existsSync(TESTING) ? '' : 'the built package (npm run build:esm)',
  ].filter((what) => what !== '');
  if (missing.length > 0) {
    console.log(`not run: interop with the KPL and the KCL needs ${missing.join(', ')}.`);
    return false;
  }
  buildPrograms();
  const { LocalKinesis } = await import(TESTING);
  const kinesis = await LocalKinesis.start({ tls: true });
  let dynamodb;
  let isWell = true;
  try {
    dynamodb = await startDynamoDbLocal();
    for (const name of scenarios) {
      const complaints = await run(name, { kinesis, dynamodb: dynamodb.endpoint });
      for (const complaint of complaints) console.error(`wrong: ${name}: ${complaint}`);
      isWell &&= complaints.length === 0;
    }
  } catch (error) {
    console.error(`wrong: ${error.message}`);
    isWell = false;
  } finally {
    await dynamodb?.stop();
    await kinesis.stop();
  }
  return isWell;
}

/** A scenario that breaks off leaves the others their turn. */
async function run(name, services) {
  // Loaded now, as some need the built package.
  const { default: scenario } = await import(`./scenarios/${name}.js`);
  return scenario(services).catch((error) => [error.message]);
}
