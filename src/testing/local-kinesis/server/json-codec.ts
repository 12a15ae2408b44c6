import { type OperationInput } from '../engine/operation.js';
import { ServiceError } from '../engine/service-error.js';
import { isStructure } from '../engine/validation/shape.js';
import { convertFields } from './input-fields.js';
import { writeJson } from './json-writer.js';
import { dateFromMillis } from './timestamp.js';
import { type WireCodec } from './wire-codec.js';

/** AWS JSON 1.1: blobs in base64, timestamps in seconds since the epoch with a fraction. What the SDK for JavaScript speaks. */
export const jsonCodec: WireCodec = {
  contentType: 'application/x-amz-json-1.1',

  decode(operation: string, body: Buffer): OperationInput {
    const input = parse(body);
    if (!isStructure(input)) throw new ServiceError('SerializationException', 'Expected a structure');
    convertFields(operation, input, { blob: blobFromBase64, timestamp: dateFromSeconds });
    return input;
  },

  encode(value: object): Buffer {
    return writeJson(value);
  },
};

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new ServiceError('SerializationException', 'The body of the request is not valid JSON');
  }
}

/** Decodes strictly: Node alone would skip what is not base64 and store something the caller never sent. */
function blobFromBase64(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const bytes = Buffer.from(value, 'base64');
  const padding = value.endsWith('==') ? 2 : value.endsWith('=') ? 1 : 0;
  // Whatever Node skipped is missing from the length; only the alphabet for URLs it takes as well.
  const complete = bytes.length === (value.length / 4) * 3 - padding;
  if (!complete || value.includes('-') || value.includes('_')) {
    throw new ServiceError('SerializationException', 'A blob is not valid base64');
  }
  return bytes;
}

function dateFromSeconds(value: unknown): unknown {
  return typeof value === 'number' ? dateFromMillis(Math.round(value * 1000)) : value;
}
