// A byte order mark is part of the text: it comes back as it was sent.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const REPLACEMENT = '\ufffd';

/**
 * The text of UTF-8 bytes.
 *
 * @throws TypeError for bytes that are no UTF-8
 */
export function utf8Of(data: Uint8Array): string {
  return decoder.decode(data);
}

/**
 * The text of a part of a buffer, for which no view of it is made.
 *
 * @throws TypeError for bytes that are no UTF-8
 */
export function utf8In(buffer: Buffer, start: number, end: number): string {
  const text = buffer.toString('utf8', start, end);
  // It stands for what is no UTF-8, but may be meant.
  return text.includes(REPLACEMENT) ? utf8Of(buffer.subarray(start, end)) : text;
}

/** The bytes of what a serializer made. */
export function bytesOf(serialized: Uint8Array | string): Uint8Array {
  // Several times faster than TextEncoder.encode on short text.
  return typeof serialized === 'string' ? Buffer.from(serialized) : serialized;
}
