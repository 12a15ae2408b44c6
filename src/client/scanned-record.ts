import { BORROW, keptData, LENDER, type Lending, type LentBuffer, type Use } from '../runtime/lent-buffer.js';
import type { KinesisRecord } from './kinesis-gateway.js';
import { MEMBER, type ScannedBody } from './scanned-body.js';

const NOT_WRITTEN = -1;

/**
 * A record that is still as it came: its members are made when they are asked for, which for most records is the data alone.
 * Whoever keeps it keeps the whole answer, if that is not taken back.
 */
export class ScannedRecord implements KinesisRecord, Lending {
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
    return keptData(this);
  }

  get dataBytes(): number {
    if (this.written === NOT_WRITTEN) this.written = this.decode();
    return this.written;
  }

  [BORROW]<T>(use: Use<T>): T {
    const { scanned, dataBytes } = this;
    scanned.use();
    const start = this.offset(MEMBER.data);
    return use(scanned.body, start, start + dataBytes);
  }

  get [LENDER](): LentBuffer {
    return this.scanned;
  }

  /** Over the base64, which nobody needs again: bytes take less room than it. */
  private decode(): number {
    this.scanned.use();
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
