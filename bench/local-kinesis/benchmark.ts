import { circumstances, recordSection } from '../results.js';
import { compareWithKinesalite } from './comparison.js';
import { growToAMillion } from './growth.js';
import { CONCURRENCY, SHARDS } from './workload.js';

/** How fast the local Kinesis is as a server, next to kinesalite. */
export async function run(): Promise<void> {
  const where = circumstances();
  const comparison = await compareWithKinesalite();
  console.log(comparison.join('\n'));
  const growth = await growToAMillion();
  console.log(growth.join('\n'));
  await recordSection('Local Kinesis', [
    `\`npm run bench -- local-kinesis\`: ${where}.`,
    '',
    `Each server in a process of its own, one client process with the SDK over HTTP/1.1 with kept connections,`,
    `${SHARDS} shards, ${CONCURRENCY} requests at once, limits off. Rounds alternate between the servers. A client`,
    `that is busy all the time is what holds its server back: the rate is then the client's, not the server's.`,
    '',
    ...comparison,
    '',
    ...growth,
  ]);
}
