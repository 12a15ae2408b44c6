import type { KinesisRecord } from './kinesis-gateway.js';

/** Where the members of a record are among its offsets: that of their first byte, and of the one behind their last. */
export const MEMBER = { data: 0, partitionKey: 2, sequenceNumber: 4, arrivalTime: 6 } as const;

/** Offsets of one record. */
export const OFFSETS = 8;

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
  private bytes: Uint8Array | undefined = undefined;

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

  get data(): Uint8Array {
    return (this.bytes ??= this.decode());
  }

  /** Over the base64, which nobody needs again: bytes take less room than it. */
  private decode(): Uint8Array {
    const { body } = this.scanned;
    const start = this.offset(MEMBER.data);
    const base64 = this.text(MEMBER.data);
    const length = body.write(base64, start, base64.length, 'base64');
    return new Uint8Array(body.buffer, body.byteOffset + start, length);
  }

  private text(member: number): string {
    return this.scanned.body.toString('latin1', this.offset(member), this.offset(member + 1));
  }

  private offset(index: number): number {
    return this.scanned.offsets[this.first + index] ?? 0;
  }
}
