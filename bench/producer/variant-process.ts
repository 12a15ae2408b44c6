import type { Endpoints, RoundRequest, RoundResult } from '../contest/processes.js';
import { VARIANTS } from './variants/index.js';
import { createItems, Supply } from './workload.js';

/** A process of its own for one variant, so that no other shapes its compiled code or its heap. */

const [name = '', bytesText = '200', endpointsText = '{}'] = process.argv.slice(2);
const description = VARIANTS.find((variant) => variant.name === name);
if (!description) throw new Error(`there is no variant ${name}`);
const bytes = Number(bytesText);
const variant = await description.create(JSON.parse(endpointsText) as Endpoints, bytes);
const items = createItems(bytes);

async function playRound(budget: number): Promise<RoundResult> {
  const begin = performance.now();
  const supply = new Supply(items, budget, description?.checkEvery);
  await variant.put(supply);
  return { records: supply.taken, processorTime: supply.spent(), elapsed: performance.now() - begin };
}

process.on('message', ({ budget }: RoundRequest) => {
  void playRound(budget).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
