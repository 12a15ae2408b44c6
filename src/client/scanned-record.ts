import type { KinesisRecord } from './kinesis-gateway.js';

/** Where the members of a record are among its offsets: that of their first byte, and of the one behind their last. */
export const MEMBER = { data: 0, partitionKey: 2, sequenceNumber: 4, arrivalTime: 6 } as const;

/** Offsets of one record. */
export const OFFSETS = 8;

const NOT_WRITTEN = -1;

/** The body of an answer, in ASCII without escapes, and where in it the members of its records lie. */
export interface ScannedBody {
  readonly body: Buffer;
  readonly offsets: Int32Array;
}

/**
 * A record that is still as it came: its members are made when they are asked for, which for most records is the data alone.
 * Whoever keeps it keeps the whole answer.
 */
export class ScannedRecord implements KinesisRecord {
  /** Bytes of the data, once they are where the base64 was. */
  private written = NOT_WRITTEN;

  /** @param first - index of the record's first offset */
  constructor(
    private readonly scanned: ScannedBody,
    private readonly first: number,
  ) {}

  get sequenceNumber(): string {
    return this.text(MEMBER.sequenceNumber);
  }

  get partitionKey(): string {
    return this.text(MEMBER.partitionKey);
  }

  get arrivalTime(): number {
    return Math.round(Number(this.text(MEMBER.arrivalTime)) * 1000);
  }

  /** A view that is made each time: kept for a whole answer, those of its records would take as much room as the data. */
  get data(): Uint8Array {
    const { body } = this.scanned;
    const { dataBytes } = this;
    return new Uint8Array(body.buffer, body.byteOffset + this.offset(MEMBER.data), dataBytes);
  }

  get dataBytes(): number {
    if (this.written === NOT_WRITTEN) this.written = this.decode();
    return this.written;
  }

  /** Over the base64, which nobody needs again: bytes take less room than it. */
  private decode(): number {
    const base64 = this.text(MEMBER.data);
    return this.scanned.body.write(base64, this.offset(MEMBER.data), base64.length, 'base64');
  }

  private text(member: number): string {
    return this.scanned.body.toString('latin1', this.offset(member), this.offset(member + 1));
  }

  private offset(index: number): number {
    return this.scanned.offsets[this.first + index] ?? 0;
  }
}
