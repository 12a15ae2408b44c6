import { setTimeout as delay } from 'node:timers/promises';
import { createItems } from '../producer/workload.js';
import { LATENCY_VARIANTS } from './variants.js';

/** A process of its own for one variant: puts records at a rate, whether or not those before are acknowledged. */

/** What the benchmark asks for. */
export type LatencyRequest =
  | { readonly type: 'warm-up'; readonly records: number }
  | { readonly type: 'slice'; readonly rate: number; readonly milliseconds: number };

const WARM_UP_CALLERS = 16;

const [name = '', endpoint = ''] = process.argv.slice(2);
const description = LATENCY_VARIANTS.find((variant) => variant.name === name);
if (!description) throw new Error(`there is no variant ${name}`);
const put = await description.create(endpoint);
const items = createItems(200);
let taken = 0;

/** Milliseconds from the call to the acknowledgement. */
async function timedPut(): Promise<number> {
  const item = items[taken++ % items.length];
  if (!item) throw new Error('there are no items');
  const begin = performance.now();
  await put(item);
  return performance.now() - begin;
}

async function warmUp(records: number): Promise<number[]> {
  const caller = async (): Promise<void> => {
    for (let record = 0; record < records / WARM_UP_CALLERS; record++) await timedPut();
  };
  await Promise.all(Array.from({ length: WARM_UP_CALLERS }, caller));
  return [];
}

/** Records come at random, as from many who know nothing of each other: so many a second on average. */
async function playSlice(rate: number, milliseconds: number): Promise<number[]> {
  const pending: Promise<number>[] = [];
  const begin = performance.now();
  for (let due = begin; due < begin + milliseconds; due -= (Math.log(1 - Math.random()) / rate) * 1000) {
    const wait = due - performance.now();
    if (wait > 0) await delay(wait);
    pending.push(timedPut());
  }
  return Promise.all(pending);
}

process.on('message', (request: LatencyRequest) => {
  const played =
    request.type === 'warm-up' ? warmUp(request.records) : playSlice(request.rate, request.milliseconds);
  void played.then((latencies) => process.send?.(latencies));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
