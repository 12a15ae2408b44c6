import { TurnTimeoutError } from '../errors.js';
import { abortReason, onAbort } from './abort.js';
import { Backoff } from './backoff.js';
import type { Clock } from './clock.js';
import { withDeadline } from './deadline.js';
import type { Random } from './random.js';

/** The wait after a failed turn starts here, so that a passing fault costs little… */
const INITIAL_BACKOFF = 200;

/** …and doubles up to this, so that a lasting one does not become a hot loop. Milliseconds. */
const DEFAULT_MAX_BACKOFF = 10_000;

export interface PeriodicLoopOptions {
  clock: Clock;
  random: Random;
  /** Milliseconds between the end of one turn and the start of the next. */
  period: number;
  /** The longest wait after a failed turn, in milliseconds; 10 s unless given. */
  maxBackoff?: number;
  /**
   * How long a turn may take before the loop leaves it behind, aborts its signal and counts it as failed, in
   * milliseconds; for ever unless given.
   */
  turnTimeout?: number;
  /** One turn of work. It may resolve to the milliseconds until the next, if that is not to be `period`. */
  turn: (signal: AbortSignal) => Promise<number | void>;
  /** Told of a turn that failed; the next comes after `retryIn` milliseconds. What it throws is ignored. */
  onError: (error: unknown, retryIn: number) => void;
}

/** Work that is done again and again, supervised: a turn that fails is reported and tried again with back-off. */
export class PeriodicLoop {
  private readonly stopping = new AbortController();
  private readonly backoff: Backoff;
  private interruptSleep = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly options: PeriodicLoopOptions) {
    const max = options.maxBackoff ?? DEFAULT_MAX_BACKOFF;
    this.backoff = new Backoff({ initial: Math.min(INITIAL_BACKOFF, max), max }, options.random);
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
    const { clock, period } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      let wait: number;
      this.interruptSleep = new AbortController();
      try {
        wait = (await this.takeTurn(signal)) ?? period;
        this.backoff.reset();
      } catch (error) {
        if (signal.aborted) return;
        wait = this.backoff.next();
        this.reportFailure(error, wait);
      }
      if (signal.aborted) return;
      await clock.sleep(wait, this.interruptSleep.signal).catch(() => undefined);
    }
  }

  private async takeTurn(signal: AbortSignal): Promise<number | void> {
    const { turn, turnTimeout, clock } = this.options;
    if (turnTimeout === undefined) return turn(signal);
    const late = (): Error => new TurnTimeoutError(turnTimeout);
    const ending = new AbortController();
    const forget = onAbort(signal, () => ending.abort(abortReason(signal)));
    const work = (tooLate: AbortSignal): Promise<number | void> => {
      onAbort(tooLate, () => ending.abort(abortReason(tooLate)));
      return turn(ending.signal);
    };
    // Only the deadline leaves a turn behind: who has stopped the loop counts on it that no write is under way.
    return withDeadline(work, { clock, timeout: turnTimeout, late }).finally(forget);
  }

  private reportFailure(error: unknown, retryIn: number): void {
    try {
      this.options.onError(error, retryIn);
    } catch {
      // A listener that throws must not end the loop it was told about.
    }
  }
}
