import { KinesisNetworkError } from '../errors.js';
import { onAbort, untilAborted } from '../runtime/abort.js';
import type { Clock } from '../runtime/clock.js';

/** Milliseconds after which a call without an answer is given up, as the KCL's `kinesisRequestTimeout` of polling. */
export const CALL_TIMEOUT = 30_000;

/**
 * Makes a call that may not take longer than {@link CALL_TIMEOUT}: then its signal aborts, and whether it heeds that or
 * not, the wait ends.
 *
 * @param onStuck - told when it comes to that
 * @throws KinesisNetworkError when it does; what the call throws; the reason of `signal`, when that aborts
 */
export async function watchCall<T>(
  operation: string,
  call: (signal: AbortSignal) => Promise<T>,
  { clock, signal, onStuck }: { clock: Clock; signal: AbortSignal; onStuck: () => void },
): Promise<T> {
  const giveUp = new AbortController();
  const off = onAbort(signal, () => giveUp.abort(signal.reason));
  let stuck: KinesisNetworkError | undefined;
  const timer = clock.schedule(CALL_TIMEOUT, () => {
    stuck = new KinesisNetworkError(`${operation} was not answered within ${CALL_TIMEOUT / 1000} s.`);
    onStuck();
    giveUp.abort(stuck);
  });
  try {
    return await untilAborted(call(giveUp.signal), giveUp.signal);
  } catch (error) {
    // What the call makes of the abort says less than its cause.
    throw stuck ?? error;
  } finally {
    timer.cancel();
    off();
  }
}
