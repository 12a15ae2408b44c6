import { KinesisConfigurationError } from '../../errors.js';
import type { Aggregator, PackedRecord, Packing, UserRecord } from '../aggregator.js';
import { bytesOf } from '../serializers/utf8.js';
import { type DecodeLimits, resolveDecodeLimits } from '../decode-limits.js';
import { type Codec, CODECS, type CompressionFormat } from './codec.js';
import { CompressedAggregate } from './compressed-aggregate.js';
import { CompressionRatio } from './compression-ratio.js';
import { Compressor } from './compressor.js';

/** Options of {@link compressed}. */
export interface CompressionOptions extends Pick<DecodeLimits, 'maxDecodedBytes'> {
  /**
   * How hard to compress: brotli's quality (0 to 11) or gzip's level (1 to 9). Higher ones cost far more than they gain.
   *
   * @defaultValue 1: brotli makes JSON four to five times smaller, in less time than `JSON.stringify` took to make it
   */
  level?: number;

  /**
   * Bytes that are collected for one Kinesis record, however well they compress. Compressing is done at one go: with
   * the default level it holds up everything else for some 2 ms for each MiB.
   *
   * @defaultValue 4_194_304 (4 MiB)
   */
  maxUncompressedBytes?: number;
}

/**
 * An aggregator whose Kinesis records are compressed. What does not become smaller is sent as it is, and consumers
 * take plain records among compressed ones.
 *
 * gzip records can be read by anything that reads gzip. brotli is smaller and faster, but its streams bear no mark: ours
 * have the four bytes `C1 62 72 01` before them.
 *
 * With an aggregator that puts each user record into a Kinesis record of its own, each is compressed for itself.
 *
 * @throws KinesisConfigurationError for an unknown format or an option out of range
 *
 * @example compressed(new JsonLinesAggregator(), 'brotli')
 */
export function compressed(
  aggregator: Aggregator,
  format: CompressionFormat,
  options: CompressionOptions = {},
): Aggregator {
  const codec = Object.hasOwn(CODECS, format) ? CODECS[format] : undefined;
  if (!codec) {
    throw new KinesisConfigurationError(
      `Records can be compressed with brotli or gzip, not with "${format}".`,
    );
  }
  const { maxDecodedBytes } = resolveDecodeLimits(options);
  const compressor = new Compressor(codec, levelOf(codec, options.level), maxDecodedBytes);
  const { packing } = aggregator;
  return {
    name: `${aggregator.name} (${format})`,
    serialize: packing
      ? (value) => aggregator.serialize(value)
      : (value) => compressor.pack(bytesOf(aggregator.serialize(value))),
    ...(packing
      ? { packing: compressedPacking(packing, compressor, maxUncompressedBytes(options, maxDecodedBytes)) }
      : {}),
    unpack: (record: PackedRecord) => {
      const data = compressor.unpack(record.data);
      return aggregator.unpack(data === record.data ? record : { data, partitionKey: record.partitionKey });
    },
    deserialize: (data) => aggregator.deserialize(data),
  };
}

function compressedPacking(packing: Packing, compressor: Compressor, maxUncompressed: number): Packing {
  const ratio = new CompressionRatio(maxUncompressed);
  const fits = (record: UserRecord, maxBytes: number): boolean => {
    // As a rule records are far smaller than what a Kinesis record takes, and need not be compressed to know it.
    if (packing.fits(record, maxBytes) && compressor.mayStayPlain(record.data)) return true;
    const aggregate = packing.open();
    if (!aggregate.tryAdd(record, compressor.maxDecodedBytes)) return false;
    return aggregate
      .seal()
      .every(
        ({ data, partitionKey }) =>
          compressor.pack(data).length + Buffer.byteLength(partitionKey) <= maxBytes,
      );
  };
  return {
    scope: packing.scope,
    carriesKeys: packing.carriesKeys,
    fits,
    open: () => new CompressedAggregate(packing, compressor, ratio, fits),
  };
}

function levelOf({ format, levels }: Codec, level: number = levels.default): number {
  if (!Number.isInteger(level) || level < levels.min || level > levels.max) {
    throw new KinesisConfigurationError(
      `The ${format} option "level" must be an integer from ${levels.min} to ${levels.max}, not ${level}.`,
    );
  }
  return level;
}

const MAX_UNCOMPRESSED_BYTES = 4 * 1024 * 1024;

/** What is put must be readable with the same options. */
function maxUncompressedBytes(
  { maxUncompressedBytes: bytes }: CompressionOptions,
  maxDecoded: number,
): number {
  if (bytes === undefined) return Math.min(MAX_UNCOMPRESSED_BYTES, maxDecoded);
  if (!Number.isSafeInteger(bytes) || bytes < 1 || bytes > maxDecoded) {
    throw new KinesisConfigurationError(
      `The compression option "maxUncompressedBytes" must be an integer from 1 to "maxDecodedBytes" (${maxDecoded}), ` +
        `not ${bytes}.`,
    );
  }
  return bytes;
}
