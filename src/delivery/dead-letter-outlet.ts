import type { KinesisEventListener, ShardPlace } from '../observability/kinesis-event.js';
import { Backoff } from '../runtime/backoff.js';
import type { Clock } from '../runtime/clock.js';
import type { Random } from '../runtime/random.js';
import type { DeadLetter } from './dead-letters/dead-letter.js';
import type { DeadLetterSink } from './dead-letters/dead-letter-sink.js';

/** Between attempts to store dead letters, in milliseconds. */
const BACKOFF = { initial: 200, max: 30_000 };

export interface DeadLetterOutletOptions {
  place: ShardPlace;
  sink: DeadLetterSink;
  clock: Clock;
  random: Random;
  report: KinesisEventListener;
  /** Aborts when nothing is to be begun any more. */
  stopped: AbortSignal;
  /** Aborts when the result no longer counts. */
  aborted: AbortSignal;
}

interface Posted {
  readonly letters: readonly DeadLetter[];
  readonly settle: (stored: boolean) => void;
}

/** Brings the dead letters of a shard to the sink: one call at a time, which takes all that came up during the last one. */
export class DeadLetterOutlet {
  private posted: Posted[] = [];
  private isBusy = false;

  constructor(private readonly options: DeadLetterOutletOptions) {}

  /** Tries until they are stored. Resolves whether they are; if not, the shard was given up before. */
  store(letters: readonly DeadLetter[]): Promise<boolean> {
    return new Promise((resolve) => {
      this.posted.push({ letters, settle: resolve });
      if (!this.isBusy) void this.sendAll();
    });
  }

  private async sendAll(): Promise<void> {
    this.isBusy = true;
    while (this.posted.length > 0) {
      const { posted } = this;
      this.posted = [];
      const stored = await this.send(posted.flatMap(({ letters }) => letters));
      for (const { settle } of posted) settle(stored);
    }
    this.isBusy = false;
  }

  private async send(letters: readonly DeadLetter[]): Promise<boolean> {
    const { sink, clock, random, report, stopped, aborted, place } = this.options;
    const backoff = new Backoff(BACKOFF, random);
    do {
      try {
        await sink.send(letters, aborted);
        return !aborted.aborted;
      } catch (error) {
        if (stopped.aborted) return false;
        const retryIn = backoff.next();
        const { length: count } = letters;
        report({ type: 'dead-letter-failed', sink: sink.name, letters: count, retryIn, error, ...place });
        await clock.sleep(retryIn, stopped).catch(() => undefined);
      }
    } while (!stopped.aborted);
    return false;
  }
}
