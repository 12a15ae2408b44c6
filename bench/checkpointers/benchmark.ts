import { circumstances, recordSection } from '../results.js';
import { formatSummary, type Summary, summarize } from '../statistics.js';
import { costsTable, measureCosts, type StoreCosts } from './costs.js';
import { type BenchedStore, startStores } from './stores.js';
import { timeTakeOver } from './take-over.js';

const KILLS = 2;

/** What leases cost in each store, and how long the shards of a worker wait that was killed. */
export async function run(): Promise<void> {
  const where = circumstances();
  const { stores, missing } = await startStores();
  try {
    const costs: StoreCosts[] = [];
    for (const store of stores) costs.push(await measureCosts(store));
    console.log(costsTable(costs).join('\n'));
    // What is measured is mostly waiting: all stores wait at the same time.
    const takeOvers = await Promise.all(
      stores.filter(({ address }) => address.kind !== 'memory').map((store) => kills(store)),
    );
    await recordSection('Checkpointers', [
      `\`npm run bench -- checkpointers\`: ${where}.`,
      '',
      'Requests to a server in a process of its own on the same machine, and the milliseconds until all are answered,',
      'median (min–max) of 3. With DynamoDB itself, whose answers take a few milliseconds and come from many machines,',
      'the numbers of requests are the same and the times are not. Idle is what the default intervals make of a',
      'heartbeat and a look: every 3 s and 1 s, with DynamoDB every 3.3 s and 20 s; the KCL writes as often.',
      '',
      ...costsTable(costs),
      '',
      ...missing.flatMap((line) => [line, '']),
      'Two worker processes share 8 shards, and one is killed (SIGKILL): from then until the other has handled a record of',
      `the last of its shards, with the default \`sessionTimeout\` of 15 s, ${KILLS} kills each. The memory of a process is`,
      'gone with it.',
      '',
      '| | seconds, median (min–max) |',
      '| --- | --- |',
      ...takeOvers.map(({ name, seconds }) => `| ${name} | ${formatSummary(seconds, 1)} |`),
    ]);
  } finally {
    for (const store of stores) await store.stop();
  }
}

async function kills(store: BenchedStore): Promise<{ name: string; seconds: Summary }> {
  const seconds: number[] = [];
  for (let round = 0; round < KILLS; round++) seconds.push((await timeTakeOver(store, round)) / 1_000);
  console.log(`${store.name}: ${seconds.map((each) => each.toFixed(1)).join(', ')} s after a kill`);
  return { name: store.name, seconds: summarize(seconds) };
}
