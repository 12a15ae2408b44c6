/**
 * `npm run compatibility [-- --quick] [-- words]`: installs the packed package into fresh apps and lets each put and
 * consume on the local Kinesis, on every Node and with every TypeScript this package supports. A line for each
 * combination; words choose those whose line has all of them. The first run fetches Node and TypeScript from npm.
 */
import console from 'node:console';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { APPS, combinationsOf, OF_PACKAGE } from './combinations.js';
import { FreshApp } from './fresh-app.js';
import { packInto } from './packed.js';

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false } },
  allowPositionals: true,
});

const isWanted = ({ name, quick }) =>
  positionals.every((word) => name.includes(word)) && (quick || !values.quick);

/** Runs those wanted, one after the other, on what `prepare` makes for them. @returns whether each did well */
async function runAll(combinations, prepare) {
  const wanted = combinations.filter(isWanted);
  if (wanted.length === 0) return [];
  const prepared = await settle(prepare());
  const outcomes = [];
  for (const { name, run } of wanted) {
    const download = !values.quick;
    const { error } = prepared.error ? prepared : await settle(run(prepared.value, { download }));
    console.log(error ? `FAILED  ${name}\n${error.message}` : `ok      ${name}`);
    outcomes.push(error === undefined);
  }
  return outcomes;
}

function settle(promise) {
  return promise.then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
}

const folder = await mkdtemp(join(tmpdir(), 'nestjs-kinesis-compatibility-'));
try {
  const tarball = await packInto(folder);
  const groups = await Promise.all([
    runAll(OF_PACKAGE, async () => tarball),
    ...APPS.map((app) =>
      runAll(combinationsOf(app), () => FreshApp.install(app, tarball, join(folder, app))),
    ),
  ]);
  const outcomes = groups.flat();
  const well = outcomes.filter(Boolean).length;
  console.log(`compatibility: ${well} of ${outcomes.length} combinations`);
  process.exitCode = outcomes.length > 0 && well === outcomes.length ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
