import { type CannedServer, forkModule, message, startCannedServer } from '../contest/processes.js';
import { ratio, type Ratio } from '../ratio.js';
import { circumstances, recordResult, recordSection, targetsTable } from '../results.js';
import { HOARDS } from './hoards.js';

const CANNED_SERVER = new URL('../producer/canned-server.js', import.meta.url);

const ROUNDS = 5;
const SHORT_ROUNDS = 3;

/** What records take while they wait, and while they are under way. */
export async function run(): Promise<void> {
  const where = circumstances();
  const ratios = await measure(ROUNDS);
  console.log(targetsTable(ratios).join('\n'));
  await recordSection('Memory', [
    `\`npm run bench -- memory\`: ${where}.`,
    '',
    "Bytes on the heap and outside of it (`heapUsed` and `external`, after garbage collection) for each byte of the records'",
    'JSON, over TLS, while the server does not answer. It is the slope between some and many records, in a process of its',
    `own each time, ${ROUNDS} times. Values and partition keys (36 characters) are given away at the call; the promise of \`send\`,`,
    'or of `sendMany` for 1 000, is held. Queued: 100 000 records, while one request is under way. In flight: 24 requests.',
    '',
    ...targetsTable(ratios),
  ]);
  await recordResult({ benchmark: 'memory', circumstances: where, ratios, settings: { rounds: ROUNDS } });
}

export function remeasure(): Promise<readonly Ratio[]> {
  return measure(SHORT_ROUNDS);
}

async function measure(rounds: number): Promise<Ratio[]> {
  const figures = new Map<string, number[]>(HOARDS.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    // It keeps what it is sent.
    const server = await startCannedServer(CANNED_SERVER, 'tls', ['never']);
    try {
      for (const [name, found] of figures) found.push(await fill(name, server));
    } finally {
      server.stop();
    }
  }
  return HOARDS.map(({ name, title, target }) =>
    ratio(
      { id: `memory.${name}`, title, better: 'lower', tolerance: 0.15, ...(target && { target }) },
      figures.get(name) ?? [],
    ),
  );
}

async function fill(name: string, server: CannedServer): Promise<number> {
  const module = new URL('hoard-process.js', import.meta.url);
  const child = forkModule(module, [name, server.endpoints.http1], server.environment, ['--expose-gc']);
  try {
    return await message<number>(child);
  } finally {
    child.disconnect();
  }
}
