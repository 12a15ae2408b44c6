import type { Serializer } from './serializer.js';

/** Bytes as they are: for payloads that are serialized elsewhere, such as Avro or Protocol Buffers. */
export class BytesSerializer implements Serializer {
  readonly name: string = 'bytes';

  /** Copies: the caller may go on using its buffer while the record waits. */
  serialize(value: unknown): Uint8Array {
    if (!(value instanceof Uint8Array)) {
      throw new TypeError(`a Uint8Array or Buffer was expected, not a value of type ${typeof value}`);
    }
    return new Uint8Array(value);
  }

  deserialize(data: Uint8Array): Uint8Array {
    return data;
  }
}
