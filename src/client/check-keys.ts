import { InvalidRecordError } from '../errors.js';
import { MAX_HASH_KEY } from '../runtime/hash-key.js';

/** AWS limit: a partition key's length in UTF-8 bytes. */
const MAX_PARTITION_KEY_BYTES = 256;

/** A surrogate without its other half; with the `u` flag, whole pairs count as one character. */
const HALF_PAIR = /\p{Surrogate}/u;

/**
 * Refuses keys that the service would refuse.
 *
 * @throws InvalidRecordError for a partition key that is empty or over 256 bytes of UTF-8, or an explicit hash key
 *   that is not a decimal number of 128 bits
 */
export function checkKeys(partitionKey: unknown, explicitHashKey: unknown): void {
  if (partitionKey !== undefined) {
    if (typeof partitionKey !== 'string') {
      throw new InvalidRecordError(`The partition key must be a string, not ${typeof partitionKey}.`);
    }
    if (partitionKey.length === 0) {
      throw new InvalidRecordError(
        'The partition key is empty. Pass a key of 1 to 256 bytes, or none at all for a random one.',
      );
    }
    if (HALF_PAIR.test(partitionKey)) {
      throw new InvalidRecordError(
        'The partition key has half a surrogate pair: it has no form in UTF-8, and would reach Kinesis as another key.',
      );
    }
    // A code unit has three bytes of UTF-8 at most: short keys need not be measured.
    const bytes = 3 * partitionKey.length > MAX_PARTITION_KEY_BYTES ? Buffer.byteLength(partitionKey) : 0;
    if (bytes > MAX_PARTITION_KEY_BYTES) {
      throw new InvalidRecordError(
        `The partition key has ${bytes} bytes of UTF-8; Kinesis takes at most ${MAX_PARTITION_KEY_BYTES}. ` +
          'Use a shorter key, or a hash of it.',
      );
    }
  }
  if (explicitHashKey !== undefined) {
    if (typeof explicitHashKey !== 'string' || !/^(0|[1-9]\d{0,38})$/.test(explicitHashKey)) {
      throw new InvalidRecordError(
        'The explicit hash key must be a decimal number as a string, without sign or leading zeros.',
      );
    }
    if (BigInt(explicitHashKey) > MAX_HASH_KEY) {
      throw new InvalidRecordError('The explicit hash key must be less than 2^128.');
    }
  }
}
