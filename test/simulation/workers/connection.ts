import { onAbort } from '../../../src/runtime/abort.js';
import type { VirtualClock } from '../../../src/testing/virtual-clock.js';
import type { Dice } from '../dice.js';
import { Call } from './call.js';
import type { SimulatedProcess } from './simulated-process.js';
import type { Trace } from '../trace.js';

/** What may become of a call, beside being answered. */
export const CALL_FAULTS = ['error', 'request lost', 'reply lost', 'slow', 'late effect', 'silence'] as const;
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
  /** Called when the worker calls more often than any sound one would. */
  onHotLoop: () => void;
}

/** No worker has a reason to call so often in a second. */
const HOT_LOOP = 500;

/** A call, whatever it answers. */
type SentCall = Pick<Call<unknown>, 'land' | 'fail'>;

/** A worker's way to a service: calls take time, fail, lose their answer, or take effect when nobody waits any more. */
export class Connection {
  /** How likely it is that a call meets a fault. */
  trouble = 0;
  private cuts = 0;
  private second = -1;
  private callsInSecond = 0;
  /** What faults have put off for long: failures of calls that get no answer, and effects of calls given up. */
  private readonly putOff = new Set<() => void>();

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

  /** Calls meet no more faults, and what is left of earlier ones happens now. */
  calmDown(): void {
    this.trouble = 0;
    for (const happen of this.putOff) happen();
  }

  call<T>(name: string, effect: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const { process } = this.options;
      let off: (() => void) | undefined;
      if (signal) off = onAbort(signal, () => reject(signal.reason as Error));
      const deliver = (outcome: () => void): void =>
        process.run(() => {
          off?.();
          outcome();
        });
      this.send(name, new Call({ name, effect, deliver, isCut: () => this.isCut, resolve, reject }));
    });
  }

  private send(name: string, call: SentCall): void {
    const { dice, trace, worker, to, onFault, latency } = this.options;
    this.countCall();
    if (this.isCut) {
      const passed = onFault();
      this.after(dice.chance(0.5) ? 1 : dice.between(100, 5_000), () => {
        passed();
        call.fail('cut off');
      });
    } else if (this.trouble > 0 && dice.chance(this.trouble)) {
      const fault = dice.pick(CALL_FAULTS);
      trace?.line(worker, `${to} ${name}: ${fault}`);
      this.meet(fault, call, onFault());
    } else {
      this.answerWithin(dice.between(...latency), call);
    }
  }

  private countCall(): void {
    const second = Math.floor(this.options.clock.now() / 1_000);
    this.callsInSecond = second === this.second ? this.callsInSecond + 1 : 1;
    this.second = second;
    if (this.callsInSecond === HOT_LOOP) this.options.onHotLoop();
  }

  /** The effect comes at the start of the wait or at its end: both orders matter, and one event of the clock is enough. */
  private answerWithin(duration: number, call: SentCall): void {
    if (duration === 0) {
      call.land()();
    } else if (this.options.dice.chance(0.5)) {
      this.after(duration, () => call.land()());
    } else {
      this.after(duration, call.land());
    }
  }

  private meet(fault: CallFault, call: SentCall, passed: () => void): void {
    const { dice } = this.options;
    const giveUp = dice.chance(0.5) ? dice.between(1, 50) : dice.between(500, 12_000);
    const fail = (): void => {
      passed();
      call.fail(fault);
    };
    switch (fault) {
      case 'error':
        this.after(1, fail);
        break;
      case 'request lost':
        this.after(giveUp, fail);
        break;
      case 'reply lost':
        this.after(dice.between(0, giveUp), () => void call.land());
        this.after(giveUp, fail);
        break;
      case 'slow': {
        const duration = dice.between(500, 8_000);
        this.answerWithin(duration, call);
        this.after(duration, passed);
        break;
      }
      case 'silence':
        this.putOffFor(dice.between(20_000, 120_000), fail);
        break;
      case 'late effect':
        this.after(giveUp, () => call.fail(fault));
        this.putOffFor(giveUp + dice.between(0, 40_000), () => {
          passed();
          call.land();
        });
    }
  }

  private putOffFor(delay: number, callback: () => void): void {
    const happen = (): void => {
      if (this.putOff.delete(happen)) callback();
    };
    this.putOff.add(happen);
    this.after(delay, happen);
  }

  private after(delay: number, callback: () => void): void {
    this.options.clock.schedule(delay, callback);
  }
}
