import { KinesisNetworkError } from '../../../src/errors.js';
import { onAbort } from '../../../src/runtime/abort.js';
import type { VirtualClock } from '../../../src/testing/virtual-clock.js';
import type { Dice } from '../dice.js';
import type { SimulatedProcess } from './simulated-process.js';
import type { Trace } from '../trace.js';

/** What may become of a call, beside being answered. */
export const CALL_FAULTS = ['error', 'request lost', 'reply lost', 'slow', 'late effect'] as const;
export type CallFault = (typeof CALL_FAULTS)[number];

export interface ConnectionOptions {
  /** `kinesis` or `store`. */
  to: string;
  worker: string;
  clock: VirtualClock;
  process: SimulatedProcess;
  dice: Dice;
  trace: Trace | undefined;
  /** Milliseconds a call takes, from and to. */
  latency: readonly [number, number];
  /** Called when a call meets a fault; what it returns, when the last consequence of that has passed. */
  onFault: () => () => void;
}

/** A worker's way to a service: calls take time, fail, lose their answer, or take effect when nobody waits any more. */
export class Connection {
  /** How likely it is that a call meets a fault. */
  trouble = 0;
  private cuts = 0;

  constructor(private readonly options: ConnectionOptions) {}

  get isCut(): boolean {
    return this.cuts > 0;
  }

  cut(): void {
    this.cuts++;
  }

  heal(): void {
    this.cuts--;
  }

  call<T>(name: string, effect: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const { process } = this.options;
      let off: (() => void) | undefined;
      const settle = (settlement: () => void): void =>
        process.run(() => {
          off?.();
          settlement();
        });
      if (signal) off = onAbort(signal, () => reject(signal.reason as Error));
      this.send(name, effect, settle, resolve, reject);
    });
  }

  private send<T>(
    name: string,
    effect: () => Promise<T>,
    settle: (settlement: () => void) => void,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ): void {
    const { dice, trace, worker, to, onFault } = this.options;
    const fail = (what: string): void => settle(() => reject(new KinesisNetworkError(`${name}: ${what}`)));
    if (this.isCut) {
      const passed = onFault();
      this.after(dice.chance(0.5) ? 1 : dice.between(100, 5_000), () => {
        passed();
        fail('cut off');
      });
      return;
    }
    const answer = (): void => {
      effect().then(
        (value) =>
          settle(() => (this.isCut ? reject(new KinesisNetworkError(`${name}: cut off`)) : resolve(value))),
        (error: unknown) => settle(() => reject(error)),
      );
    };
    if (this.trouble > 0 && dice.chance(this.trouble)) {
      const fault = dice.pick(CALL_FAULTS);
      trace?.line(worker, `${to} ${name}: ${fault}`);
      this.meet(fault, effect, answer, fail, onFault());
      return;
    }
    this.answerInTime(effect, answer, settle, resolve, reject, name);
  }

  /** The effect comes at the start of the wait or at its end: both orders matter, and one event of the clock is enough. */
  private answerInTime<T>(
    effect: () => Promise<T>,
    answer: () => void,
    settle: (settlement: () => void) => void,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
    name: string,
  ): void {
    const { dice, latency } = this.options;
    const takes = dice.between(...latency);
    if (takes === 0) {
      answer();
      return;
    }
    if (dice.chance(0.5)) {
      this.after(takes, answer);
      return;
    }
    // An outcome is not looked at before its time, so that a rejection must not count as unhandled.
    const outcome = effect().then(
      (value) => () => (this.isCut ? reject(new KinesisNetworkError(`${name}: cut off`)) : resolve(value)),
      (error: unknown) => () => reject(error),
    );
    this.after(takes, () => void outcome.then(settle));
  }

  private meet(
    fault: CallFault,
    effect: () => Promise<unknown>,
    answer: () => void,
    fail: (what: string) => void,
    passed: () => void,
  ): void {
    const { dice } = this.options;
    const giveUp = dice.chance(0.5) ? dice.between(1, 50) : dice.between(500, 12_000);
    const land = (): void => void effect().catch(() => undefined);
    switch (fault) {
      case 'error':
      case 'request lost':
        this.after(fault === 'error' ? 1 : giveUp, () => {
          passed();
          fail(fault);
        });
        break;
      case 'reply lost':
        this.after(dice.between(0, giveUp), land);
        this.after(giveUp, () => {
          passed();
          fail(fault);
        });
        break;
      case 'slow':
        this.after(dice.between(500, 8_000), () => {
          passed();
          answer();
        });
        break;
      case 'late effect':
        this.after(giveUp, () => fail(fault));
        this.after(giveUp + dice.between(0, 40_000), () => {
          passed();
          land();
        });
    }
  }

  private after(delay: number, callback: () => void): void {
    this.options.clock.schedule(delay, callback);
  }
}
