/** Bytes of a slab. A record that outstays those beside it keeps the whole slab from the collector: so it is small. */
const SLAB_BYTES = 16 * 1024;

/** Larger data stay where they are: there is little to gain, and a copy costs more. */
const MAX_DATA_BYTES = SLAB_BYTES / 8;

/** Whether data are small enough for a slab. */
export function fitsSlab(byteLength: number): boolean {
  return byteLength <= MAX_DATA_BYTES;
}

/**
 * Keeps the data of records that wait side by side in few large buffers: a buffer for each small record takes more memory
 * than its data, and the collector's time.
 */
export class DataSlab {
  private slab = Buffer.alloc(0);
  private used = 0;

  /** Where {@link store} has put the latest data. */
  get bytes(): Uint8Array {
    return this.slab;
  }

  /**
   * Copies data here, and encodes text.
   *
   * @param byteLength - of the data, or of the text as UTF-8
   * @returns where in {@link bytes} they begin
   */
  store(data: Uint8Array | string, byteLength: number): number {
    if (this.used + byteLength > this.slab.length) {
      this.slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      this.used = 0;
    }
    const start = this.used;
    if (typeof data === 'string') this.slab.write(data, start);
    else this.slab.set(data, start);
    this.used += byteLength;
    return start;
  }
}
