import type { Checkpointer } from '../../src/checkpointers/checkpointer.js';
import type { KinesisGateway } from '../../src/client/kinesis-gateway.js';
import { KinesisNetworkError } from '../../src/errors.js';
import { onAbort } from '../../src/runtime/abort.js';
import { Clock, type Timer } from '../../src/runtime/clock.js';

type Watch = (scope: unknown, onChange: () => void) => () => void;

/** What a checkpointer or a gateway is made of that goes over the network. */
type CallName = Exclude<keyof Checkpointer | keyof KinesisGateway, 'name' | 'listInterval' | 'watch'>;

/** What is done to a call; `effect` makes the call, and gives its answer. */
export type CallTwist = (effect: () => Promise<unknown>) => Promise<unknown>;

/**
 * A worker's process on a virtual clock: what it does begins with a timer or an answer, and these pass here. Frozen, they
 * wait, as after SIGSTOP or while the event loop is blocked; once it has crashed, they are gone.
 */
export class VirtualProcess {
  readonly clock: Clock;
  /** The network is gone: calls fail. */
  cut = false;
  private isFrozen = false;
  private hasCrashed = false;
  private held: (() => void)[] = [];
  private readonly twists = new Map<CallName, CallTwist>();

  /** @param skew - how wrong its wall clock is, in milliseconds */
  constructor(
    private readonly world: Clock,
    skew = 0,
  ) {
    this.clock = new ProcessClock(world, skew, (callback) => this.run(callback));
  }

  get isAlive(): boolean {
    return !this.hasCrashed;
  }

  crash(): void {
    this.hasCrashed = true;
    this.held = [];
  }

  freeze(): void {
    this.isFrozen = true;
  }

  /** What has waited runs in its order, each with its promise reactions before the next. */
  thaw(): void {
    const next = this.held.shift();
    if (!next) {
      this.isFrozen = false;
      return;
    }
    next();
    this.world.schedule(0, () => this.thaw());
  }

  /** Does something to the next call of that name. */
  twist(name: CallName, twist: CallTwist): void {
    this.twists.set(name, twist);
  }

  /** The next call of that name has its effect, and no answer. */
  loseReply(name: CallName): void {
    this.twist(name, async (effect) => {
      await effect();
      throw new KinesisNetworkError(`${name}: the reply was lost`);
    });
  }

  /** A service as this process reaches it. */
  connect<T extends Checkpointer | KinesisGateway>(service: T): T {
    return new Proxy(service, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        if (name === 'watch') return (...args: unknown[]) => this.watch(member.bind(target) as Watch, args);
        const effect = (args: unknown[]) => Reflect.apply(member, target, args) as Promise<unknown>;
        return (...args: unknown[]) => this.call(name as CallName, () => effect(args), signalIn(args));
      },
    });
  }

  private watch(watch: Watch, [scope, onChange]: unknown[]): () => void {
    return watch(scope, () => this.run(onChange as () => void));
  }

  private call(
    name: CallName,
    effect: () => Promise<unknown>,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const twist = this.twists.get(name) ?? ((plain) => plain());
    this.twists.delete(name);
    return new Promise((resolve, reject) => {
      const off = onAbort(signal, () => reject(signal?.reason as Error));
      const settle = (settlement: () => void): void => {
        off();
        this.run(settlement);
      };
      const outcome = this.cut ? Promise.reject(new KinesisNetworkError(`${name}: cut off`)) : twist(effect);
      outcome.then(
        (value) => settle(() => resolve(value)),
        (error: Error) => settle(() => reject(error)),
      );
    });
  }

  private run(callback: () => void): void {
    if (this.hasCrashed) return;
    if (this.isFrozen) this.held.push(callback);
    else callback();
  }
}

class ProcessClock extends Clock {
  constructor(
    private readonly world: Clock,
    private readonly skew: number,
    private readonly run: (callback: () => void) => void,
  ) {
    super();
  }

  now(): number {
    return this.world.now();
  }

  wallTime(): number {
    return this.world.wallTime() + this.skew;
  }

  schedule(delay: number, callback: () => void): Timer {
    let isCancelled = false;
    const timer = this.world.schedule(delay, () =>
      this.run(() => {
        if (!isCancelled) callback();
      }),
    );
    return {
      cancel: () => {
        isCancelled = true;
        timer.cancel();
      },
    };
  }
}

function signalIn(args: readonly unknown[]): AbortSignal | undefined {
  return args.find((arg) => arg instanceof AbortSignal);
}
