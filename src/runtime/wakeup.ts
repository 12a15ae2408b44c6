/** A loop's bell: `wait` resolves at the next `ring`, or at once if it rang since the last wait. */
export class Wakeup {
  private rung = false;
  private waiting: (() => void) | undefined;

  ring(): void {
    const waiting = this.waiting;
    if (waiting) {
      this.waiting = undefined;
      waiting();
    } else {
      this.rung = true;
    }
  }

  /** One waiter at a time. */
  wait(): Promise<void> {
    if (this.rung) {
      this.rung = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.waiting = resolve;
    });
  }
}
