import type { Clock } from './clock.js';

/**
 * Waits for `promise`, but no longer than `timeout` milliseconds.
 *
 * @returns whether it settled in time. A rejection counts as settled and is not passed on.
 */
export async function settledWithin(
  promise: Promise<unknown>,
  timeout: number,
  clock: Clock,
): Promise<boolean> {
  const timer = new AbortController();
  const inTime = promise.then(
    () => true,
    () => true,
  );
  const late = clock.sleep(timeout, timer.signal).then(
    () => false,
    () => true,
  );
  const settled = await Promise.race([inTime, late]);
  timer.abort();
  return settled;
}
