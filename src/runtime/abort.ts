import { setMaxListeners } from 'node:events';
import { KinesisAbortedError } from '../errors.js';

/** The reason of an aborted signal as an error, whatever its owner passed to `abort()`. */
export function abortReason(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new KinesisAbortedError('aborted', { cause: reason });
}

/** Calls `listener` when `signal` aborts (at once if it has); returns what takes the listener off again. */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (!signal) return () => undefined;
  if (signal.aborted) {
    listener();
    return () => undefined;
  }
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}

/**
 * Settles as `promise` does, or rejects with the signal's reason if that comes first. The work behind `promise`
 * goes on; only the wait ends. Who waits with a signal and who waits without come out in the order they went in.
 */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const off = onAbort(signal, () => {
      if (signal) reject(abortReason(signal));
    });
    void promise.then(resolve, reject).finally(off);
  });
}

/** A controller whose signal many wait for at a time, which is no leak, whatever Node's warning would say. */
export function createSharedAbort(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
