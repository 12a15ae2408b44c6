import { DeserializationError, KinesisConfigurationError } from '../errors.js';

/** What one Kinesis record may become when it is taken apart. */
export interface DecodeLimits {
  /**
   * Bytes a record may have once decompressed. A gigabyte of zeros is some kilobytes of brotli, so that without a
   * bound one hostile record ends the process.
   *
   * A value takes more memory than its bytes, `{}` of JSON twenty times as much: the bound is on what is decompressed,
   * not on what the serializer makes of it.
   *
   * @defaultValue 16_777_216 (16 MiB): more than the largest record Kinesis takes uncompressed (10 MiB), and four times
   *   what `compressed` collects for one.
   */
  maxDecodedBytes?: number;

  /**
   * User records that one Kinesis record may hold; for those who put, the most that are put into one.
   *
   * @defaultValue 500_000: what 1 MiB holds in the tightest format, digits on lines. Each takes some 100 bytes of
   *   memory when it is taken apart, besides its data.
   */
  maxUserRecords?: number;
}

const DEFAULTS: Required<DecodeLimits> = { maxDecodedBytes: 16 * 1024 * 1024, maxUserRecords: 500_000 };

export function resolveDecodeLimits(limits: DecodeLimits): Required<DecodeLimits> {
  return {
    maxDecodedBytes: positive('maxDecodedBytes', limits.maxDecodedBytes),
    maxUserRecords: positive('maxUserRecords', limits.maxUserRecords),
  };
}

function positive(name: keyof DecodeLimits, value: number = DEFAULTS[name]): number {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new KinesisConfigurationError(
      `The aggregator option "${name}" must be a positive integer, not ${value}.`,
    );
  }
  return value;
}

/** The error of a record with more user records than the limit. */
export function tooManyUserRecords(maxUserRecords: number): DeserializationError {
  return new DeserializationError(
    `The record holds more than ${maxUserRecords} user records ("maxUserRecords" of the aggregator).`,
  );
}
