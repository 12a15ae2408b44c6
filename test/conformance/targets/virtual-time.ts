import { setTimeout as sleep } from 'node:timers/promises';
import { type VirtualClock } from '../../../src/testing/virtual-clock.js';

/**
 * Time that passes when it is waited for: hours of the service in milliseconds of ours.
 *
 * @param settle - real milliseconds for answers that are on their way then; 0 where there is no network
 */
export function virtualTime(clock: VirtualClock, settle: number): (milliseconds: number) => Promise<void> {
  return async (milliseconds) => {
    await clock.advance(milliseconds);
    await sleep(settle);
  };
}
