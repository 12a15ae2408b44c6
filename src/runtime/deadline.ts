import { abortReason, onAbort, untilAborted } from './abort.js';
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

export interface Deadline {
  clock: Clock;
  /** Milliseconds. */
  timeout: number;
  /** Ends the work, and the wait for it, earlier. */
  signal?: AbortSignal;
  /** Makes the error for work that took too long. */
  late: () => Error;
}

/**
 * Does work that may not take longer than `timeout`: then, or when `signal` aborts, the work's own signal aborts, and
 * whether it heeds that or not, the wait ends.
 *
 * @throws what `late` makes, when it took too long; the reason of `signal`, when that aborts; what the work throws
 */
export async function withDeadline<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { clock, timeout, signal, late }: Deadline,
): Promise<T> {
  const ending = new AbortController();
  let tooLate: Error | undefined;
  const timer = clock.schedule(timeout, () => {
    tooLate = late();
    ending.abort(tooLate);
  });
  const forget = onAbort(signal, () => {
    if (signal) ending.abort(abortReason(signal));
  });
  try {
    return await untilAborted(work(ending.signal), ending.signal);
  } catch (error) {
    // What the work makes of the abort says less than its cause.
    throw tooLate ?? error;
  } finally {
    timer.cancel();
    forget();
  }
}
