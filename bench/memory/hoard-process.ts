import { setTimeout as delay } from 'node:timers/promises';
import { HOARDS } from './hoards.js';

/** A process of its own for one hoard, which says what its records take: bytes of memory for each byte of payload. */

const [name = '', endpoint = ''] = process.argv.slice(2);
const description = HOARDS.find((each) => each.name === name);
if (!description) throw new Error(`there is no hoard ${name}`);
const { bytes, first, more } = description;
const hoard = await description.create(endpoint);

await hoard.add(first);
const before = await held();
await hoard.add(more);
process.send?.(((await held()) - before) / (more * bytes));
process.on('disconnect', () => process.exit());

/** Bytes on the heap and outside of it, when all that nobody needs is gone. */
async function held(): Promise<number> {
  // What is written to sockets is let go of when the server has read it.
  await delay(500);
  // Twice: what a finalizer lets go of in the first is collected in the second.
  for (let turn = 0; turn < 2; turn++) {
    global.gc?.();
    await delay(50);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
