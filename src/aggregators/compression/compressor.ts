import { DeserializationError } from '../../errors.js';
import type { Codec } from './codec.js';

/** Compresses what gains by it, and takes back what it made within a bound. */
export class Compressor {
  constructor(
    private readonly codec: Codec,
    private readonly level: number,
    readonly maxDecodedBytes: number,
  ) {}

  /** The smaller of the data and its compressed form; always the latter if the data look like compressed ones. */
  pack(data: Uint8Array): Uint8Array {
    const compressed = this.codec.compress(data, this.level);
    return compressed.length < data.length || this.codec.isCompressed(data) ? compressed : data;
  }

  /** Whether {@link pack} may return these data as they are. */
  mayStayPlain(data: Uint8Array): boolean {
    return !this.codec.isCompressed(data);
  }

  /** What {@link pack} was given. Data that were never compressed come back as they are. */
  unpack(data: Uint8Array): Uint8Array {
    if (!this.codec.isCompressed(data)) return data;
    try {
      return this.codec.decompress(data, this.maxDecodedBytes);
    } catch (error) {
      const { format } = this.codec;
      const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
      throw new DeserializationError(
        tooLarge
          ? `The record has more than ${this.maxDecodedBytes} bytes once decompressed ("maxDecodedBytes" of the aggregator).`
          : `The record begins like ${format}, but cannot be decompressed.`,
        { cause: error },
      );
    }
  }
}
