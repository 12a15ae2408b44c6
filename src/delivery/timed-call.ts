import { HandlerTimeoutError } from './handler-errors.js';
import { abortReason, onAbort } from '../runtime/abort.js';
import type { Clock } from '../runtime/clock.js';

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
  const timer = clock.schedule(timeout, () => {
    late = new HandlerTimeoutError(handler, timeout);
    ending.abort(late);
  });
  const waiting = new AbortController();
  const abandoned = clock.sleep(2 * timeout, waiting.signal);
  try {
    const result = await Promise.race([call(ending.signal), abandoned]);
    if (late) throw late;
    return result;
  } catch (error) {
    throw late ?? error;
  } finally {
    abandoned.catch(() => undefined);
    waiting.abort();
    timer.cancel();
    forget();
  }
}
