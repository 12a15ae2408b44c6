import { gunzipSync, gzipSync } from 'node:zlib';
import type { DeadLetter, DeadLetterError } from './dead-letter.js';
import { DeadLetterFormatError } from './letter-errors.js';

/**
 * Bytes that a compressed letter may become: the largest record Kinesis takes (10 MiB, AWS limit) in base64 is 13.4
 * MiB, and the rest is for its message and stack.
 */
const MAX_DECODED_BYTES = 32 * 1024 * 1024;

/** What JSON may hold as it is, but SQS refuses (the last two), or many a reader takes for the end of a line. */
const TO_ESCAPE = /[\u0085\u2028\u2029\ufffe\uffff]/g;

/** A letter as one line of JSON, its bytes in base64. */
export function encodeDeadLetter(letter: DeadLetter): string {
  const { data, ...rest } = letter;
  const text = JSON.stringify({ ...rest, data: asBuffer(data).toString('base64') });
  return text.replace(
    TO_ESCAPE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The same, compressed with gzip: base64 alone makes bytes a third longer. */
export function compressDeadLetter(encoded: string): Buffer {
  return gzipSync(encoded);
}

/**
 * Reads what {@link encodeDeadLetter} and {@link compressDeadLetter} made; of the latter also in base64, as it travels
 * where only text may.
 *
 * @throws DeadLetterFormatError for anything else
 */
export function decodeDeadLetter(encoded: string | Uint8Array): DeadLetter {
  return letterOf(parsed(plainText(encoded)));
}

function plainText(encoded: string | Uint8Array): string {
  const bytes = bytesOf(encoded);
  if (!isGzip(bytes)) return bytes.toString('utf8');
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_DECODED_BYTES }).toString('utf8');
  } catch (cause) {
    throw new DeadLetterFormatError('It begins like a compressed dead letter, but cannot be decompressed.', {
      cause,
    });
  }
}

function bytesOf(encoded: string | Uint8Array): Buffer {
  if (typeof encoded !== 'string') return asBuffer(encoded);
  // What begins so is gzip in base64, and no JSON.
  return encoded.startsWith('H4sI') ? Buffer.from(encoded, 'base64') : Buffer.from(encoded);
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function parsed(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new DeadLetterFormatError('It is no dead letter: it is no JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new DeadLetterFormatError('It is no dead letter: it is no JSON object.');
  }
  return value as Fields;
}

type Fields = Readonly<Record<string, unknown>>;

function letterOf(fields: Fields): DeadLetter {
  if (fields['version'] !== 1) {
    const found =
      typeof fields['version'] === 'number' ? `of version ${fields['version']}` : 'without a version';
    throw new DeadLetterFormatError(
      `It is a letter ${found}; this package knows version 1. Use a newer one.`,
    );
  }
  return {
    version: 1,
    id: text(fields, 'id'),
    application: text(fields, 'application'),
    handler: text(fields, 'handler'),
    stream: text(fields, 'stream'),
    shardId: text(fields, 'shardId'),
    sequenceNumber: text(fields, 'sequenceNumber'),
    subSequenceNumber: number(fields, 'subSequenceNumber'),
    partitionKey: text(fields, 'partitionKey'),
    ...optionalText(fields, 'explicitHashKey'),
    arrivalTime: number(fields, 'arrivalTime'),
    attempts: number(fields, 'attempts'),
    failedAt: number(fields, 'failedAt'),
    ...optionalText(fields, 'reason'),
    error: errorOf(fields['error']),
    data: bytes(fields, 'data'),
  };
}

function errorOf(value: unknown): DeadLetterError {
  if (typeof value !== 'object' || value === null) throw malformed('error');
  const fields = value as Fields;
  return {
    name: text(fields, 'name'),
    ...optionalText(fields, 'code'),
    message: text(fields, 'message'),
    ...optionalText(fields, 'stack'),
  };
}

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw malformed(name);
  return value;
}

function optionalText<Name extends string>(fields: Fields, name: Name): Partial<Record<Name, string>> {
  const value = fields[name];
  return value === undefined ? {} : ({ [name]: text(fields, name) } as Record<Name, string>);
}

function number(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number') throw malformed(name);
  return value;
}

/** Buffer.from passes over what is no base64: a letter whose bytes were cut or changed must not be put back. */
function bytes(fields: Fields, name: string): Uint8Array {
  const encoded = text(fields, name);
  const decoded = Buffer.from(encoded, 'base64');
  if (decoded.toString('base64') !== encoded) throw malformed(name);
  return decoded;
}

function malformed(field: string): DeadLetterFormatError {
  return new DeadLetterFormatError(`It is no dead letter: its field "${field}" is missing or malformed.`);
}
