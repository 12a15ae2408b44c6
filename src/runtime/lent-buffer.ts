import { DataReleasedError } from '../errors.js';

/** The key of what lends a record's data to somebody who does not keep them. */
export const BORROW = Symbol('borrow');

/** The key of the buffer that a record's data are in. */
export const LENDER = Symbol('lender');

/** Makes something of the bytes of a buffer between two places. */
export type Use<T> = (buffer: Buffer, start: number, end: number) => T;

/** A record whose data are in a buffer that is used again. Its `data` are for those who may keep them. */
export interface Lending {
  readonly dataBytes: number;
  readonly [LENDER]: LentBuffer;
  /** @throws DataReleasedError once the buffer has been taken back */
  [BORROW]<T>(use: Use<T>): T;
}

/**
 * A buffer that is used again when nobody needs what is in it: it is taken back then, unless somebody has got hold of its
 * bytes who may keep them.
 */
export class LentBuffer {
  private isKept = false;
  private isTakenBack = false;

  /** Its bytes are about to be read. @throws DataReleasedError once it has been taken back */
  use(): void {
    if (this.isTakenBack) throw new DataReleasedError();
  }

  /** Its bytes are about to be given away: it stays as it is for good. @throws DataReleasedError once it has been taken back */
  keep(): void {
    this.use();
    this.isKept = true;
  }

  /** @returns whether it may be written to now; only the first time */
  protected takeBack(): boolean {
    if (this.isKept || this.isTakenBack) return false;
    this.isTakenBack = true;
    return true;
  }
}

/** Of a record that may lend its data. */
type MaybeLending = Partial<Lending> & { readonly data: Uint8Array };

/** Uses a record's data, of which nothing is kept but what {@link lenderOf} is told of. */
export function borrow<T>(record: MaybeLending, use: Use<T>): T {
  if (record[BORROW]) return record[BORROW](use);
  const { buffer, byteOffset, byteLength } = record.data;
  return use(Buffer.from(buffer, byteOffset, byteLength), 0, byteLength);
}

/** A view of a record's data for somebody who may keep it. @throws DataReleasedError once the buffer has been taken back */
export function keptData(record: Lending): Uint8Array {
  record[LENDER].keep();
  return record[BORROW](viewOf);
}

/** A view of the bytes. */
export function viewOf(buffer: Buffer, start: number, end: number): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset + start, end - start);
}

/** What the data of {@link borrow} are in. */
export function lenderOf(record: MaybeLending): LentBuffer {
  return record[LENDER] ?? NEVER_TAKEN_BACK;
}

const NEVER_TAKEN_BACK = new LentBuffer();
