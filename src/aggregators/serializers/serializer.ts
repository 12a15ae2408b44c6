/**
 * How one value becomes the bytes of a user record, and back. A serializer knows nothing of how user records are put
 * together: any of them goes with any framing, as in `new KplAggregator(new JsonSerializer())`.
 */
export interface Serializer {
  /** For logs and error messages. */
  readonly name: string;

  /**
   * @returns bytes that nobody writes to afterwards; or text, which stands for its UTF-8, and is encoded to where the
   *   record waits: that spares a buffer for each record
   * @throws anything, for a value it cannot serialize; the caller of the producer sees a `SerializationError`
   */
  serialize(value: unknown): Uint8Array | string;

  /**
   * @param data - possibly a view into a larger buffer: copy what is kept
   * @throws anything, for bytes it cannot read; that user record then goes the way of a failed one
   */
  deserialize(data: Uint8Array): unknown;
}
