import { type Clock, type Timer } from '../../../runtime/clock.js';
import { type OperationOutput } from '../engine/operation.js';
import { ConnectionCut } from '../engine/service-error.js';

type Step = IteratorResult<OperationOutput>;

/** A subscription whose connection breaks: from some moment on it is silent, or it is cut. */
export class InterruptedSubscription implements AsyncIterableIterator<OperationOutput> {
  private readonly events: AsyncIterator<OperationOutput>;
  private readonly timer: Timer;
  private broken = false;
  private closed = false;
  private waiting: { resolve: (step: Step) => void; reject: (error: Error) => void } | undefined;

  /** @param after - when it breaks, in milliseconds on the clock from now */
  constructor(
    subscription: AsyncIterable<OperationOutput>,
    private readonly how: 'silent' | 'cut',
    after: number,
    clock: Clock,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.events = subscription[Symbol.asyncIterator]();
    this.timer = clock.schedule(after, () => this.interrupt());
    if (after <= 0) this.interrupt();
    signal?.addEventListener('abort', this.close, { once: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Step> {
    if (this.closed) return Promise.resolve({ done: true, value: undefined });
    if (this.broken && this.how === 'cut') return Promise.reject(new ConnectionCut());
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      if (this.broken) return;
      this.events.next().then(
        (step) => {
          if (this.broken) return;
          if (step.done) this.close();
          resolve(step);
        },
        (error: Error) => {
          if (!this.broken) reject(error);
        },
      );
    });
  }

  async return(): Promise<Step> {
    this.close();
    return { done: true, value: undefined };
  }

  private interrupt(): void {
    if (this.closed || this.broken) return;
    this.broken = true;
    this.timer.cancel();
    this.leave();
    if (this.how === 'cut') this.waiting?.reject(new ConnectionCut());
  }

  private readonly close = (): void => {
    this.closed = true;
    this.timer.cancel();
    this.signal?.removeEventListener('abort', this.close);
    this.leave();
    this.waiting?.resolve({ done: true, value: undefined });
  };

  /** The service's side of it ends as well. It is nobody's business how. */
  private leave(): void {
    void this.events.return?.().catch(() => undefined);
  }
}
