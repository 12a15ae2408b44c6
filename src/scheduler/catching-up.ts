import type { ReaderStatus } from './shard-reader.js';

/** A shard that is so far behind its tip, in milliseconds, has to catch up again. */
const BEHIND = 30_000;

/** Tells when the work on a shard has come to its tip, once until it has fallen behind: a shard at its tip swings about it. */
export class CatchingUp {
  private isBehind = true;

  /** @returns whether everything there is has just been handled */
  look({ millisBehindLatest, isDrained }: ReaderStatus): boolean {
    if (millisBehindLatest === undefined) return false;
    if (millisBehindLatest >= BEHIND) this.isBehind = true;
    const caughtUp = this.isBehind && millisBehindLatest === 0 && isDrained;
    if (caughtUp) this.isBehind = false;
    return caughtUp;
  }
}
