import { Backoff } from './backoff.js';
import type { Clock } from './clock.js';
import type { Random } from './random.js';

/** The wait after a failed turn starts here, so that a passing fault costs little… */
const INITIAL_BACKOFF = 200;

/** …and doubles up to this, so that a lasting one does not become a hot loop. Milliseconds. */
const MAX_BACKOFF = 10_000;

export interface PeriodicLoopOptions {
  clock: Clock;
  random: Random;
  /** Milliseconds between the end of one turn and the start of the next. */
  period: number;
  /** One turn of work. */
  turn: (signal: AbortSignal) => Promise<void>;
  /** Told of a turn that failed; the next comes after `retryIn` milliseconds. */
  onError: (error: unknown, retryIn: number) => void;
}

/** Work that is done again and again, supervised: a turn that fails is reported and tried again with back-off. */
export class PeriodicLoop {
  private readonly stopping = new AbortController();
  private readonly backoff: Backoff;
  private interruptSleep = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly options: PeriodicLoopOptions) {
    this.backoff = new Backoff({ initial: INITIAL_BACKOFF, max: MAX_BACKOFF }, options.random);
  }

  /** Starts the loop with a turn at once. */
  start(): void {
    this.running ??= this.run();
  }

  /** Starts the next turn now, or as soon as the present one has ended. */
  wake(): void {
    this.interruptSleep.abort();
  }

  /** Aborts the present turn's signal and resolves when it has ended; no turn follows. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    const { clock, turn, onError, period } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      let wait = period;
      this.interruptSleep = new AbortController();
      try {
        await turn(signal);
        this.backoff.reset();
      } catch (error) {
        if (signal.aborted) return;
        wait = this.backoff.next();
        onError(error, wait);
      }
      if (signal.aborted) return;
      await clock.sleep(wait, this.interruptSleep.signal).catch(() => undefined);
    }
  }
}
