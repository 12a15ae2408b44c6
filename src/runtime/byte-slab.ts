const INITIAL_BYTES = 4096;

/** Bytes written one after another into one buffer that grows by doubling. */
export class ByteSlab {
  /** What has been written, and room behind it. Another buffer after each {@link reserve}. */
  buffer: Buffer;

  /** Bytes written. */
  length = 0;

  /** @param initial - the buffer to begin with, or its bytes */
  constructor(initial: Buffer | number = INITIAL_BYTES) {
    this.buffer = typeof initial === 'number' ? Buffer.allocUnsafeSlow(initial) : initial;
  }

  /** Makes room for so many more bytes. */
  reserve(bytes: number): void {
    const needed = this.length + bytes;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.buffer.length * 2));
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
  }

  /** Writes one byte, for which there is room. */
  byte(value: number): void {
    this.buffer[this.length++] = value;
  }

  /** Writes bytes, for which there is room. */
  bytes(data: Uint8Array): void {
    this.buffer.set(data, this.length);
    this.length += data.length;
  }

  /** Writes ASCII text, for which there is room. */
  ascii(text: string): void {
    for (let index = 0; index < text.length; index++) this.buffer[this.length++] = text.charCodeAt(index);
  }

  /** A copy of what has been written from `start` on, no larger than it needs to be. */
  copy(start = 0): Buffer {
    const copy = Buffer.allocUnsafeSlow(this.length - start);
    this.buffer.copy(copy, 0, start, this.length);
    return copy;
  }
}
