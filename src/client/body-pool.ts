/** Smaller buffers cost less to make than to look for, in bytes. */
export const MIN_POOLED = 64 * 1024;

/** Buffers that wait to be used again. */
const MAX_IDLE = 64;

/** Sizes are rounded up to a multiple of this share of the power of two below them: so they fit bodies of much the same size. */
const STEPS = 8;

/** How much larger than needed a buffer may be. */
const MAX_WASTE = 1.25;

/**
 * Buffers for the bodies of answers. The garbage collector looks through the whole heap each time that some tens of megabytes
 * of buffers have become garbage, which at full speed is every few dozens of answers; so those are used again of which it is
 * certain that nobody needs them. While they wait the collector may have them.
 */
export class BodyPool {
  private readonly idle: WeakRef<Buffer>[] = [];
  private readonly own = new WeakSet<ArrayBufferLike>();

  /** A buffer with room for so many bytes, and anything in it. */
  take(bytes: number): Buffer {
    if (bytes < MIN_POOLED) return Buffer.allocUnsafeSlow(bytes);
    // What was used last is the likeliest to be in the processor's cache.
    for (let index = this.idle.length - 1; index >= 0; index--) {
      const buffer = this.idle[index]?.deref();
      if (buffer && (buffer.length < bytes || buffer.length > bytes * MAX_WASTE)) continue;
      this.idle.splice(index, 1);
      if (buffer) return buffer;
    }
    const buffer = Buffer.allocUnsafeSlow(roundedUp(bytes));
    this.own.add(buffer.buffer);
    return buffer;
  }

  /** Nobody has any part of the buffer any more. @param part - a view of it; one that is not of the pool's is left alone */
  give({ buffer }: Buffer): void {
    if (!this.own.has(buffer)) return;
    if (this.idle.length === MAX_IDLE) this.idle.shift();
    this.idle.push(new WeakRef(Buffer.from(buffer)));
  }
}

function roundedUp(bytes: number): number {
  const step = 2 ** Math.floor(Math.log2(bytes)) / STEPS;
  return Math.ceil(bytes / step) * step;
}
