import { EncodedData } from '../client/encoded-data.js';

/** Data that are kept but once: while a request with them is under way, in its body. */
export class MovableData {
  constructor(private held: Uint8Array | EncodedData) {}

  get bytes(): Uint8Array {
    const { held } = this;
    return held instanceof EncodedData ? (this.held = held.decode()) : held;
  }

  /** Tells that `data`, if they are these, are as base64 in `body`. */
  moved(data: Uint8Array, body: Buffer, start: number, end: number): void {
    if (data === this.held) this.held = new EncodedData(body, start, end);
  }

  /** Takes the data back, and lets go of the body. */
  recover(): void {
    void this.bytes;
  }
}
