import { KinesisNetworkError } from '../errors.js';
import type { Clock } from '../runtime/clock.js';
import { withDeadline } from '../runtime/deadline.js';

/** Milliseconds after which a call without an answer is given up, as the KCL's `kinesisRequestTimeout` of polling. */
export const CALL_TIMEOUT = 30_000;

/**
 * Makes a call that may not take longer than {@link CALL_TIMEOUT}: then its signal aborts, and whether it heeds that or
 * not, the wait ends.
 *
 * @param onStuck - told when it comes to that
 * @throws KinesisNetworkError when it does; what the call throws; the reason of `signal`, when that aborts
 */
export function watchCall<T>(
  operation: string,
  call: (signal: AbortSignal) => Promise<T>,
  { clock, signal, onStuck }: { clock: Clock; signal: AbortSignal; onStuck: () => void },
): Promise<T> {
  const late = (): Error => {
    onStuck();
    return new KinesisNetworkError(`${operation} was not answered within ${CALL_TIMEOUT / 1000} s.`);
  };
  return withDeadline(call, { clock, timeout: CALL_TIMEOUT, signal, late });
}
