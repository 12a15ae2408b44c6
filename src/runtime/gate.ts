import { untilAborted } from './abort.js';

/** A point that work passes while it is open, and waits at while it is closed. */
export class Gate {
  private opening: { promise: Promise<void>; open: () => void } | undefined;

  get isOpen(): boolean {
    return this.opening === undefined;
  }

  close(): void {
    if (this.opening) return;
    let open = (): void => undefined;
    const promise = new Promise<void>((resolve) => (open = resolve));
    this.opening = { promise, open };
  }

  open(): void {
    const { opening } = this;
    this.opening = undefined;
    opening?.open();
  }

  /**
   * Resolves when the gate is open.
   *
   * @throws the reason of `signal`, as soon as it aborts.
   */
  async passed(signal?: AbortSignal): Promise<void> {
    while (this.opening) await untilAborted(this.opening.promise, signal);
  }
}
