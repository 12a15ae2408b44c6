/** A pending {@link Clock.schedule} call. */
export interface Timer {
  /** Forgets the callback; calling it again, or after the callback ran, does nothing. */
  cancel(): void;
}

/**
 * Where the engine gets its time from. Production code uses {@link SystemClock}, tests and the simulator a
 * virtual one; nothing in the engine reads the machine's clock itself.
 */
export abstract class Clock {
  /** Milliseconds on a monotonic clock: for durations, deadlines and expiry. Only differences mean anything. */
  abstract now(): number;

  /** Milliseconds since the Unix epoch: for showing, and for what the service itself measures in wall time. */
  abstract wallTime(): number;

  /** Calls `callback` once, `delay` milliseconds from now (at once, but never synchronously, when not positive). */
  abstract schedule(delay: number, callback: () => void): Timer;

  /** Resolves when everything else that waits for the event loop has had its turn. */
  nextTurn(): Promise<void> {
    return this.sleep(0);
  }

  /**
   * Resolves after `duration` milliseconds.
   *
   * @throws the reason of `signal`, as soon as it aborts.
   */
  sleep(duration: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const onAbort = (): void => {
        timer.cancel();
        reject(signal?.reason as Error);
      };
      const timer = this.schedule(duration, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }
}
