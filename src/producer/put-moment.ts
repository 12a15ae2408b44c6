import type { Epoch } from './epoch.js';

/** What records have in common that were put in the same millisecond. */
export class PutMoment {
  /**
   * @param epoch - the flushes that wait for them
   * @param expiresAt - on the monotonic clock, in whole milliseconds: no attempt starts after it
   */
  constructor(
    readonly epoch: Epoch,
    readonly expiresAt: number,
  ) {}
}
