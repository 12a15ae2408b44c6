import { KinesisNetworkError } from '../../../src/errors.js';

export interface CallOptions<T> {
  readonly name: string;
  /** What the service does. */
  readonly effect: () => Promise<T>;
  /** Runs what the caller learns, as soon as the caller can learn anything. */
  readonly deliver: (outcome: () => void) => void;
  /** Whether no answer gets through. */
  readonly isCut: () => boolean;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** A call on its way to a service: when it takes effect and when its caller learns of it are two things. */
export class Call<T> {
  constructor(private readonly options: CallOptions<T>) {}

  /** Takes effect now; what is returned tells the caller the answer. */
  land(): () => void {
    const { effect, deliver, resolve, reject } = this.options;
    const outcome = effect().then(
      (value) => () => this.isCut() || resolve(value),
      (error: unknown) => () => this.isCut() || reject(error),
    );
    return () => void outcome.then(deliver);
  }

  /** Tells the caller that no answer came. */
  fail(what: string): void {
    const { name, deliver, reject } = this.options;
    deliver(() => reject(new KinesisNetworkError(`${name}: ${what}`)));
  }

  private isCut(): boolean {
    const { name, isCut, reject } = this.options;
    if (isCut()) reject(new KinesisNetworkError(`${name}: cut off`));
    return isCut();
  }
}
