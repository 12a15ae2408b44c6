// A byte order mark is part of the text: it comes back as it was sent.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The text of UTF-8 bytes.
 *
 * @throws TypeError for bytes that are no UTF-8
 */
export function utf8Of(data: Uint8Array): string {
  return decoder.decode(data);
}

/** The bytes of what a serializer made. */
export function bytesOf(serialized: Uint8Array | string): Uint8Array {
  // Several times faster than TextEncoder.encode on short text.
  return typeof serialized === 'string' ? Buffer.from(serialized) : serialized;
}
