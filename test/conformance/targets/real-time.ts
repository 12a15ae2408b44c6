import { setTimeout as sleep } from 'node:timers/promises';

/** Time as it passes for everyone. */
export async function realTime(milliseconds: number): Promise<void> {
  await sleep(milliseconds);
}
