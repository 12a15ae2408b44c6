import type { RoundRequest, RoundResult } from '../contest/processes.js';
import { handledRecords, VARIANTS } from './variants.js';

/** A process of its own for one variant: what another has called shapes compiled code, and what a promise costs. */

const [name = ''] = process.argv.slice(2);
const description = VARIANTS.find((variant) => variant.name === name);
if (!description) throw new Error(`there is no variant ${name}`);
const dispatch = await description.create();

async function playRound(budget: number): Promise<RoundResult> {
  const [begin, before, cpu] = [performance.now(), handledRecords(), process.cpuUsage()];
  const spent = (): number => {
    const { user, system } = process.cpuUsage(cpu);
    return (user + system) / 1000;
  };
  while (spent() < budget) await dispatch();
  const records = handledRecords() - before;
  return { records, processorTime: spent(), elapsed: performance.now() - begin };
}

process.on('message', ({ budget }: RoundRequest) => {
  void playRound(budget).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
