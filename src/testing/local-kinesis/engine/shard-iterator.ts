import { createHash } from 'node:crypto';

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
const VERSION = 'LK1';
const CHECK_DIGITS = 12;

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

/** Not a secret: it only makes sure that nobody's code comes to rely on tokens it made or changed itself. */
function check(text: string): string {
  return createHash('md5').update(`iterator ${text}`).digest('hex').slice(0, CHECK_DIGITS);
}
