import { DataReleasedError } from '../errors.js';

/** The key of a view of a record's data for somebody who does not keep it. */
export const BORROWED = Symbol('borrowed');

/** The key of the buffer that a record's data are in. */
export const LENDER = Symbol('lender');

/** A record whose data are in a buffer that is used again. Its `data` are for those who may keep them. */
export interface Lending {
  /** @throws DataReleasedError once the buffer has been taken back */
  readonly [BORROWED]: Uint8Array;
  readonly [LENDER]: LentBuffer;
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

/** A view of a record's data for somebody who does not keep it. */
export function borrowedData(record: MaybeLending): Uint8Array {
  return record[BORROWED] ?? record.data;
}

/** The buffer of {@link borrowedData}. */
export function lenderOf(record: MaybeLending): LentBuffer {
  return record[LENDER] ?? NEVER_TAKEN_BACK;
}

const NEVER_TAKEN_BACK = new LentBuffer();
