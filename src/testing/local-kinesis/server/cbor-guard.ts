import { ServiceError } from '../engine/service-error.js';

const MAX_DEPTH = 32;
const TIMESTAMP_TAG = 1;
const INDEFINITE = 31;
const BREAK = 0xff;

/** The kinds of items that are not plain numbers, by their top three bits. */
const Major = { Bytes: 2, Text: 3, List: 4, Map: 5, Tag: 6, Special: 7 } as const;

/**
 * Walks a CBOR body before the decoder gets it, because the decoder trusts its input: it recurses as deep as the
 * body nests, takes any item for a map key, and spends minutes on big numbers nobody asked for.
 *
 * @throws ServiceError `SerializationException` for anything but one complete map of what the service's clients send.
 */
export function checkCbor(body: Buffer): void {
  if (body.length === 0 || majorAt(body, 0) !== Major.Map) fail('expected a structure');
  if (skipItem(body, 0, 0) !== body.length) fail('bytes after the end');
}

/** Returns the offset after the item that begins at `at`. */
function skipItem(body: Buffer, at: number, depth: number): number {
  if (depth > MAX_DEPTH) fail('nested too deeply');
  const major = majorAt(body, at);
  const minor = minorAt(body, at);
  if (major === Major.Special) return skipSpecial(body, at, minor);
  if (minor === INDEFINITE) return skipIndefinite(body, at, major, depth);
  const argument = readArgument(body, at, minor);
  const content = at + headLength(minor);
  switch (major) {
    case Major.Bytes:
    case Major.Text:
      return endOf(body, content + argument);
    case Major.List:
      return skipItems(body, content, argument, depth + 1);
    case Major.Map:
      return skipMembers(body, content, argument, depth + 1);
    case Major.Tag:
      if (argument !== TIMESTAMP_TAG) fail('unknown tag');
      return skipItem(body, content, depth + 1);
    default:
      return content;
  }
}

function skipItems(body: Buffer, at: number, count: number, depth: number): number {
  for (let item = 0; item < count; item++) at = skipItem(body, at, depth);
  return at;
}

function skipMembers(body: Buffer, at: number, count: number, depth: number): number {
  for (let member = 0; member < count; member++) at = skipItem(body, skipKey(body, at), depth);
  return at;
}

function skipKey(body: Buffer, at: number): number {
  if (majorAt(body, at) !== Major.Text || minorAt(body, at) === INDEFINITE) fail('a member name is not text');
  return skipItem(body, at, 0);
}

function skipIndefinite(body: Buffer, at: number, major: number, depth: number): number {
  at += 1;
  while (byteAt(body, at) !== BREAK) {
    if (major === Major.List) at = skipItem(body, at, depth + 1);
    else if (major === Major.Map) at = skipItem(body, skipKey(body, at), depth + 1);
    else if (majorAt(body, at) === major && minorAt(body, at) !== INDEFINITE)
      at = skipItem(body, at, depth + 1);
    else fail('a piece of text or bytes is of another kind');
  }
  return at + 1;
}

/** False, true, null, undefined and floating point numbers. */
function skipSpecial(body: Buffer, at: number, minor: number): number {
  if (minor < 20 || minor === 24 || minor > 27) fail('unknown simple value');
  return endOf(body, at + headLength(minor));
}

function readArgument(body: Buffer, at: number, minor: number): number {
  endOf(body, at + headLength(minor));
  if (minor < 24) return minor;
  if (minor === 24) return body.readUInt8(at + 1);
  if (minor === 25) return body.readUInt16BE(at + 1);
  if (minor === 26) return body.readUInt32BE(at + 1);
  if (minor === 27) return Number(body.readBigUInt64BE(at + 1));
  return fail('unknown length');
}

/** Bytes of the initial byte and the number it announces. */
function headLength(minor: number): number {
  return minor < 24 ? 1 : 1 + 2 ** (minor - 24);
}

function endOf(body: Buffer, end: number): number {
  return end <= body.length ? end : fail('unexpected end');
}

function majorAt(body: Buffer, at: number): number {
  return byteAt(body, at) >> 5;
}

function minorAt(body: Buffer, at: number): number {
  return byteAt(body, at) & 0x1f;
}

function byteAt(body: Buffer, at: number): number {
  return body[at] ?? fail('unexpected end');
}

function fail(reason: string): never {
  throw new ServiceError('SerializationException', `The body of the request is not valid CBOR: ${reason}`);
}
