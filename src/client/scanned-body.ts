import { LentBuffer } from '../runtime/lent-buffer.js';

/** Where the members of a record are among its offsets: that of their first byte, and of the one behind their last. */
export const MEMBER = { data: 0, partitionKey: 2, sequenceNumber: 4, arrivalTime: 6 } as const;

/** Offsets of one record. */
export const OFFSETS = 8;

/** The body of an answer, in ASCII without escapes, and where in it the members of its records lie. */
export class ScannedBody extends LentBuffer {
  /** @param offsets - {@link OFFSETS} of each record */
  constructor(
    public body: Buffer,
    readonly offsets: Int32Array,
  ) {
    super();
  }

  /**
   * Lets go of the body: the records keep a copy of what is theirs beside the data.
   *
   * @returns it, if it may be written to; undefined if somebody may keep a part of it
   */
  reclaim(): Buffer | undefined {
    if (!this.takeBack()) return undefined;
    const { body } = this;
    this.body = this.copyTexts();
    return body;
  }

  private copyTexts(): Buffer {
    const { body, offsets } = this;
    let bytes = 0;
    for (let i = 0; i < offsets.length; i += 2) if (!isData(i)) bytes += this.at(i + 1) - this.at(i);
    const texts = Buffer.allocUnsafeSlow(bytes);
    let end = 0;
    for (let i = 0; i < offsets.length; i += 2) {
      if (isData(i)) continue;
      const start = end;
      end += body.copy(texts, start, this.at(i), this.at(i + 1));
      offsets[i] = start;
      offsets[i + 1] = end;
    }
    return texts;
  }

  private at(index: number): number {
    return this.offsets[index] ?? 0;
  }
}

function isData(index: number): boolean {
  return index % OFFSETS === MEMBER.data;
}
