/**
 * The records put between two flushes. `flush` closes the present epoch and waits until it and all before it are
 * empty, so it costs nothing per record but a count.
 */
export class Epoch {
  private open = 0;
  private closed = false;
  private resolve: () => void = () => undefined;

  /** Resolves when the epoch is closed and each of its records has its outcome. */
  readonly done = new Promise<void>((resolve) => {
    this.resolve = resolve;
  });

  enter(): void {
    this.open++;
  }

  leave(): void {
    this.open--;
    this.settle();
  }

  close(): void {
    this.closed = true;
    this.settle();
  }

  private settle(): void {
    if (this.closed && this.open === 0) this.resolve();
  }
}
