import { cbor } from '@smithy/core/cbor';
import { type OperationInput } from '../engine/operation.js';
import { isStructure } from '../engine/validation/shape.js';
import { checkCbor } from './cbor-guard.js';
import { convertFields } from './input-fields.js';
import { dateFromMillis } from './timestamp.js';
import { type WireCodec } from './wire-codec.js';

/**
 * CBOR as the SDKs for Java speak it by default: blobs as byte strings, timestamps as whole milliseconds since the
 * epoch (with tag 1 in requests, although RFC 8949 means seconds by it).
 */
export const cborCodec: WireCodec = {
  contentType: 'application/x-amz-cbor-1.1',

  decode(operation: string, body: Buffer): OperationInput {
    checkCbor(body);
    const input = cbor.deserialize(body) as OperationInput;
    convertFields(operation, input, { blob: (value) => value, timestamp: dateFromTag });
    return input;
  },

  encode(value: object): Buffer {
    const bytes = cbor.serialize(toCborValue(value));
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  },
};

function dateFromTag(value: unknown): unknown {
  const millis = isStructure(value) && 'value' in value ? value.value : value;
  return typeof millis === 'number' || typeof millis === 'bigint' ? dateFromMillis(Number(millis)) : value;
}

/** The encoder knows no dates, and would write members that are absent. */
function toCborValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (value instanceof Date) return value.getTime();
  if (Array.isArray(value)) return value.map(toCborValue);
  const structure: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) structure[name] = toCborValue(member);
  }
  return structure;
}
