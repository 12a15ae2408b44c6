/** What a shard iterator stands for. It is all in the token: the service keeps no list of those it gave out. */
export interface IteratorState {
  readonly streamName: string;
  /** The stream's salt, which tells it from an earlier one of the same name. */
  readonly streamSalt: number;
  readonly shardOrdinal: number;
  /** The index of the record to read next. */
  readonly index: number;
  /** Milliseconds since the Unix epoch. */
  readonly issuedAt: number;
}

/** Changes with the format, so that tokens of another version are refused and not misread. */
const VERSION = '1';
const CHECK_DIGITS = 16;

export function encodeIterator(state: IteratorState): string {
  const { shardOrdinal, index, issuedAt, streamSalt, streamName } = state;
  const text = [VERSION, shardOrdinal, index, issuedAt, streamSalt, streamName].join('|');
  return Buffer.from(`${check(text)}${text}`, 'latin1').toString('base64');
}

/** @returns undefined for anything {@link encodeIterator} did not make */
export function decodeIterator(token: string): IteratorState | undefined {
  const decoded = Buffer.from(token, 'base64').toString('latin1');
  const text = decoded.slice(CHECK_DIGITS);
  if (decoded.slice(0, CHECK_DIGITS) !== check(text)) return undefined;
  const [version, shardOrdinal, index, issuedAt, streamSalt, streamName] = text.split('|');
  if (version !== VERSION || streamName === undefined) return undefined;
  return {
    streamName,
    streamSalt: Number(streamSalt),
    shardOrdinal: Number(shardOrdinal),
    index: Number(index),
    issuedAt: Number(issuedAt),
  };
}

/**
 * Two sums in the manner of FNV-1a. No secret: they only make sure that nobody's code comes to rely on tokens it made
 * or changed itself, and must not cost more than the reading.
 */
function check(text: string): string {
  let high = 0x811c9dc5;
  let low = 0x2f0b4a27;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ code, 0x01000193) ^ (high >>> 7);
  }
  return hex(high) + hex(low);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
