import { HandlerTimeoutError } from './handler-errors.js';
import { abortReason, onAbort } from '../runtime/abort.js';
import type { Clock, Timer } from '../runtime/clock.js';

export interface TimedCallOptions {
  /** The handler's name. */
  handler: string;
  clock: Clock;
  /** Milliseconds; Infinity for as long as it takes. */
  timeout: number;
  /** Aborts the call's signal earlier. */
  aborted: AbortSignal;
}

/**
 * Calls a handler that may take so long and no longer. When the time is up its signal aborts and the attempt has failed,
 * but what must come after it is not started beside it: it has the same time again to end. Only then it is left behind.
 *
 * @throws HandlerTimeoutError when the time was up, however the call ended; what the call throws
 */
export async function timedCall(
  call: (signal: AbortSignal) => unknown,
  { handler, clock, timeout, aborted }: TimedCallOptions,
): Promise<unknown> {
  if (timeout === Infinity) return call(aborted);
  const ending = new AbortController();
  const forget = onAbort(aborted, () => ending.abort(abortReason(aborted)));
  let late: HandlerTimeoutError | undefined;
  let timer: Timer | undefined;
  const abandoned = new Promise<never>((_, reject) => {
    timer = clock.schedule(timeout, () => {
      const error = (late = new HandlerTimeoutError(handler, timeout));
      ending.abort(error);
      // Not before: on a busy machine two timers may come in either order, and the time to end begins when it is told.
      timer = clock.schedule(timeout, () => reject(error));
    });
  });
  try {
    const result = await Promise.race([call(ending.signal), abandoned]);
    if (late) throw late;
    return result;
  } catch (error) {
    throw late ?? error;
  } finally {
    timer?.cancel();
    forget();
  }
}
