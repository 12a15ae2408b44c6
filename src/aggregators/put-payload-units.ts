import { KinesisConfigurationError } from '../errors.js';

/** Bytes of one PUT payload unit, by which streams in provisioned mode are billed (AWS: 25 KB chunks per record). */
export const PUT_PAYLOAD_UNIT_BYTES = 25 * 1024;

/** How many PUT payload units are billed for a record of so many bytes. */
export function putPayloadUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / PUT_PAYLOAD_UNIT_BYTES));
}

/**
 * The largest size, not above `bytes`, that wastes no part of a PUT payload unit: a bound for aggregated records, as
 * async-kinesis' `max_size` sets it.
 *
 * @throws KinesisConfigurationError when that is less than one unit
 */
export function wholePutPayloadUnits(bytes: number): number {
  const units = Math.floor(bytes / PUT_PAYLOAD_UNIT_BYTES);
  if (!(units >= 1)) {
    throw new KinesisConfigurationError(
      `An aggregated record of at most ${bytes} bytes holds no PUT payload unit: allow ${PUT_PAYLOAD_UNIT_BYTES} or more.`,
    );
  }
  return units * PUT_PAYLOAD_UNIT_BYTES;
}
