/**
 * `npm run checkpointers:dynamodb-local`: the suite for checkpointers on Amazon's own DynamoDB Local. It needs Java 17,
 * Maven 3.8 and, the first time, Maven Central; `npm test` runs the same suite on dynalite.
 */
import console from 'node:console';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { startDynamoDbLocal } from '../../interop/dynamodb-local.js';
import { buildPrograms } from '../../interop/java-programs.js';
import { atHand } from '../../toolbox/run.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');

const missing = [
  atHand('java', '-version') ? '' : 'a Java runtime, version 17 or newer (java)',
  atHand('mvn') ? '' : 'Maven 3.8 or newer (mvn)',
].filter((what) => what !== '');

if (missing.length > 0) {
  console.log(`not run: DynamoDB Local needs ${missing.join(' and ')}.`);
  process.exitCode = 1;
} else {
  buildPrograms('dynamodb-local');
  const dynamodb = await startDynamoDbLocal();
  try {
    const jest = [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
    ];
    const tests = ['--testMatch', '**/dynamodb-local.suite.ts', ...process.argv.slice(2)];
    const env = { ...process.env, DYNAMODB_ENDPOINT: dynamodb.endpoint };
    const child = spawn(process.execPath, [...jest, ...tests], { cwd: ROOT, env, stdio: 'inherit' });
    [process.exitCode] = await once(child, 'exit');
  } finally {
    await dynamodb.stop();
  }
}
