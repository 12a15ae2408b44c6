import type { ByteSlab } from '../../runtime/byte-slab.js';

/** A format that puts the bytes of user records one after another, with something between them. */
export interface Framing {
  /** Bytes that an aggregate has besides its user records. */
  readonly fixedBytes: number;

  /** Bytes that a user record of so many bytes takes. */
  framedBytes(dataBytes: number): number;

  /** Writes a user record; there is room for `framedBytes` of it, and for `fixedBytes`. */
  append(slab: ByteSlab, data: Uint8Array): void;

  /** Writes what comes behind the last user record, if anything does. */
  finish?(slab: ByteSlab): void;
}
