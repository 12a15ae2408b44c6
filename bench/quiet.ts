import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

const SAMPLE_MILLISECONDS = 250;

/** The share of the processors' time that nobody uses from which on a machine counts as idle. */
const IDLE = 0.9;

/**
 * Waits for a moment in which nothing else keeps the machine busy: with two processors, a third process that is at
 * work makes client and server take turns, and halves the rate of whoever is fast.
 *
 * @param patience - milliseconds after which it waits no longer
 * @returns whether there was such a moment
 */
export async function quietMoment(patience = 5_000): Promise<boolean> {
  const deadline = performance.now() + patience;
  do {
    const before = processorTimes();
    await delay(SAMPLE_MILLISECONDS);
    const after = processorTimes();
    if ((after.idle - before.idle) / (after.total - before.total) >= IDLE) return true;
  } while (performance.now() < deadline);
  return false;
}

function processorTimes(): { idle: number; total: number } {
  let [idle, total] = [0, 0];
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return { idle, total };
}
