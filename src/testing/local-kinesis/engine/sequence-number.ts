/**
 * Sequence numbers are decimals of 56 digits, like the service's, which nobody can keep in a double:
 *
 *     49 sssssssssss cccccccc iiiiiiiiiiiiiii nnnnnnnnnn nnnnnnnnnn
 *        stream      shard    index           noise
 *
 * `stream` is the second in which the stream was created, `shard` the ordinal of the shard: a child's is above its
 * parents'. `index` counts the shard's records from 1, and the noise, a function of the index, keeps numbers from
 * being dense. So nothing needs to be stored per record, and a number leads to its record without a search.
 * All have the same length: compared as strings they compare as numbers.
 */

const LEADING = '49';
const STREAM_DIGITS = 11;
const SHARD_DIGITS = 8;
const INDEX_DIGITS = 15;
const NOISE_DIGITS = 20;
const SHARD_START = LEADING.length + STREAM_DIGITS;
const INDEX_START = SHARD_START + SHARD_DIGITS;
const NOISE_START = INDEX_START + INDEX_DIGITS;
/** How many digits a sequence number has. */
export const SEQUENCE_NUMBER_DIGITS = NOISE_START + NOISE_DIGITS;

/** Digits of the index that are looked up; those before them change once in a thousand records. */
const LOW_DIGITS = 3;
const LOW_INDEXES = 10 ** LOW_DIGITS;
const LOW = Array.from({ length: LOW_INDEXES }, (_, low) => pad(low, LOW_DIGITS));

/** A choice of noise, so that no digits need to be made for a record: making them is what numbers cost. */
const NOISES = 1024;
const NOISE = Array.from({ length: NOISES }, (_, position) => {
  const high = 1 + (scramble(position + 1) % 999_999_999);
  return pad(high, 10) + pad(scramble(position + NOISES), 10);
});

/** The largest index there is room for. */
const MAX_INDEX = 10 ** INDEX_DIGITS - 1;

/** Makes and reads the sequence numbers of one shard. */
export class SequenceNumbers {
  private readonly stream: string;
  private readonly prefix: string;
  private high = -1;
  private highPrefix = '';

  /**
   * @param createdAt - when the stream was created, in milliseconds since the Unix epoch
   * @param shardOrdinal - the number in the shard's id
   * @param salt - 32 bits that set the noise of one stream apart from another's
   */
  constructor(
    createdAt: number,
    shardOrdinal: number,
    private readonly salt: number,
  ) {
    this.stream = LEADING + pad(Math.floor(createdAt / 1000), STREAM_DIGITS);
    this.prefix = this.stream + pad(shardOrdinal, SHARD_DIGITS);
  }

  /** The number of the record with this index (from 1). */
  at(index: number): string {
    const high = Math.floor(index / LOW_INDEXES);
    if (high !== this.high) {
      this.high = high;
      this.highPrefix = this.prefix + pad(high, INDEX_DIGITS - LOW_DIGITS);
    }
    const noise = NOISE[scramble(index ^ this.salt) % NOISES] ?? '';
    return this.highPrefix + (LOW[index - high * LOW_INDEXES] ?? '') + noise;
  }

  /** A number above that of the record before `index` and below that of the record with it. */
  before(index: number): string {
    return this.prefix + pad(index, INDEX_DIGITS) + '0'.repeat(NOISE_DIGITS);
  }

  /** Where reading starts for a number anywhere below, between or above those of records. */
  indexFrom(sequenceNumber: string, after: boolean): number {
    const padded = sequenceNumber.padStart(SEQUENCE_NUMBER_DIGITS, '0');
    if (padded < this.prefix) return 1;
    const index = padded.startsWith(this.prefix) ? Number(padded.slice(INDEX_START, NOISE_START)) : MAX_INDEX;
    const own = this.at(index);
    return padded > own || (after && padded === own) ? index + 1 : Math.max(index, 1);
  }

  /** The ordinal of the shard a number belongs to; undefined when it is not of this stream. */
  shardOrdinalOf(sequenceNumber: string): number | undefined {
    if (sequenceNumber.length !== SEQUENCE_NUMBER_DIGITS || !sequenceNumber.startsWith(this.stream))
      return undefined;
    return Number(sequenceNumber.slice(SHARD_START, INDEX_START));
  }
}

/** Spreads an index over 32 bits, always the same way. */
function scramble(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
