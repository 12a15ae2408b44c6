import type { Endpoints, RoundRequest, RoundResult } from '../contest/processes.js';
import type { Workload } from './pages.js';
import { Round } from './round.js';
import { VARIANTS } from './variants/index.js';

/** A process of its own for one variant, so that no other shapes its compiled code or its heap. */

const [name = '', workload = '', endpoints = '{}'] = process.argv.slice(2);
const description = VARIANTS.find((variant) => variant.name === name);
if (!description) throw new Error(`there is no variant ${name}`);
const variant = await description.create(JSON.parse(endpoints) as Endpoints, workload as Workload);

async function playRound(budget: number): Promise<RoundResult> {
  const begin = performance.now();
  const round = new Round(budget);
  await variant.consume(round);
  if (!(round.checksum > 0)) throw new Error(`${name} has not made objects of its records`);
  return { records: round.records, processorTime: round.spent(), elapsed: performance.now() - begin };
}

process.on('message', ({ budget }: RoundRequest) => {
  void playRound(budget).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
