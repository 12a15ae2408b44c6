import {
  brotliCompressSync,
  brotliDecompressSync,
  constants,
  gunzipSync,
  gzipSync,
  type BrotliOptions,
  type ZlibOptions,
} from 'node:zlib';

/** What {@link compressed} compresses with. */
export type CompressionFormat = 'brotli' | 'gzip';

/** A compression format, with marks by which its output is recognised among other bytes. */
export interface Codec {
  readonly format: CompressionFormat;
  readonly levels: { readonly min: number; readonly max: number; readonly default: number };
  compress(data: Uint8Array, level: number): Uint8Array;
  isCompressed(data: Uint8Array): boolean;
  /** @throws anything when the bytes are malformed, or become more than `maxBytes` */
  decompress(data: Uint8Array, maxBytes: number): Uint8Array;
}

/** Bytes zlib makes at a time; its default of 16 KiB costs a quarter more time for records of a megabyte. */
const CHUNK_BYTES = 64 * 1024;

/**
 * A brotli stream has no magic number. `C1` begins neither UTF-8 text nor MessagePack, and what follows says what it is.
 */
const BROTLI_MAGIC = Buffer.from([0xc1, 0x62, 0x72, 0x01]);

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b, 0x08]);

const brotli: Codec = {
  format: 'brotli',
  levels: { min: constants.BROTLI_MIN_QUALITY, max: constants.BROTLI_MAX_QUALITY, default: 1 },
  compress(data, level) {
    const options: BrotliOptions = {
      chunkSize: CHUNK_BYTES,
      params: {
        [constants.BROTLI_PARAM_QUALITY]: level,
        [constants.BROTLI_PARAM_SIZE_HINT]: data.length,
      },
    };
    return Buffer.concat([BROTLI_MAGIC, brotliCompressSync(data, options)]);
  },
  isCompressed: (data) => beginsWith(data, BROTLI_MAGIC),
  decompress(data, maxBytes) {
    const options = { chunkSize: CHUNK_BYTES, maxOutputLength: maxBytes };
    return brotliDecompressSync(data.subarray(BROTLI_MAGIC.length), options);
  },
};

const gzip: Codec = {
  format: 'gzip',
  levels: { min: constants.Z_BEST_SPEED, max: constants.Z_BEST_COMPRESSION, default: 1 },
  compress(data, level) {
    const options: ZlibOptions = { chunkSize: CHUNK_BYTES, level };
    return gzipSync(data, options);
  },
  isCompressed: (data) => beginsWith(data, GZIP_MAGIC),
  decompress: (data, maxBytes) => gunzipSync(data, { chunkSize: CHUNK_BYTES, maxOutputLength: maxBytes }),
};

export const CODECS: Readonly<Record<CompressionFormat, Codec>> = { brotli, gzip };

function beginsWith(data: Uint8Array, magic: Uint8Array): boolean {
  return data.length >= magic.length && magic.every((byte, index) => data[index] === byte);
}
