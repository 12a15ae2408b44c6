/** Part of the room that is planned to be used: how far an aggregate may compress worse than expected. */
const FILL = 0.95;

/** How fast one full aggregate moves the expectation. */
const WEIGHT = 0.5;

/** Learns from each aggregate how much smaller the next may be expected to become. */
export class CompressionRatio {
  /** Compressed bytes for each byte. At first nothing is expected, so that the first aggregate certainly fits. */
  private expected = 1;

  constructor(private readonly maxUncompressedBytes: number) {}

  /** Bytes that so many are expected to become. */
  compressedBytes(bytes: number): number {
    return Math.ceil(bytes * this.expected);
  }

  /** Bytes that may be collected to become `maxBytes`. */
  uncompressedBytes(maxBytes: number): number {
    return Math.min(this.maxUncompressedBytes, Math.floor((maxBytes * FILL) / this.expected));
  }

  /** Small aggregates compress worse than full ones, and so count less. */
  observe(bytes: number, compressedBytes: number, maxBytes: number): void {
    const ratio = Math.min(1, compressedBytes / Math.max(1, bytes));
    const weight = WEIGHT * Math.min(1, bytes / this.uncompressedBytes(maxBytes));
    this.expected = compressedBytes > maxBytes ? ratio : this.expected + weight * (ratio - this.expected);
  }
}
