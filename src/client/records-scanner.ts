import { BYTE, JsonCursor, UNEXPECTED } from './json-cursor.js';
import { MEMBER, OFFSETS, ScannedBody } from './scanned-body.js';
import { ScannedRecord } from './scanned-record.js';

const DATA = Buffer.from('"Data"');
const PARTITION_KEY = Buffer.from('"PartitionKey"');
const SEQUENCE_NUMBER = Buffer.from('"SequenceNumber"');
const ARRIVAL_TIME = Buffer.from('"ApproximateArrivalTimestamp"');

/** A bit for each member that a record must have. */
const FOUND = { data: 1, partitionKey: 2, sequenceNumber: 4, arrivalTime: 8, all: 15 } as const;

/** Records for which there is room at first. */
const INITIAL_RECORDS = 128;

const EQUALS = 0x3d;

/** Finds the records in the body of an answer, and leaves them there: nothing is made of them before it is asked for. */
export class RecordsScanner {
  /** Bytes of data and partition keys. */
  bytes = 0;
  private offsets = new Int32Array(INITIAL_RECORDS * OFFSETS);
  /** Offsets that are used. */
  private used = 0;
  private readonly cursor: JsonCursor;

  /**
   * @param body - ASCII without escapes
   * @param position - where the array of records begins
   */
  constructor(
    private readonly body: Buffer,
    position: number,
  ) {
    this.cursor = new JsonCursor(body, position);
  }

  /** Behind the array, once it is read. */
  get end(): number {
    return this.cursor.position;
  }

  /**
   * Reads the next records of the array.
   *
   * @returns whether there are more
   * @throws Error for records unlike those of the service
   */
  readSome(count: number): boolean {
    const { cursor } = this;
    if (this.used === 0) {
      cursor.expect(BYTE.openBracket);
      if (cursor.accept(BYTE.closeBracket)) return false;
    }
    for (let read = 0; read < count; read++) {
      this.readRecord();
      if (cursor.accept(BYTE.comma)) continue;
      cursor.expect(BYTE.closeBracket);
      return false;
    }
    return true;
  }

  /** Records that have been read. */
  get count(): number {
    return this.used / OFFSETS;
  }

  /** What has been read. */
  result(): { readonly body: ScannedBody; readonly records: readonly ScannedRecord[] } {
    const body = new ScannedBody(this.body, this.offsets.slice(0, this.used));
    return {
      body,
      records: Array.from({ length: this.count }, (_, i) => new ScannedRecord(body, i * OFFSETS)),
    };
  }

  private readRecord(): void {
    const { cursor } = this;
    if (this.used === this.offsets.length) this.grow();
    cursor.expect(BYTE.openBrace);
    let found = 0;
    do found |= this.readMember();
    while (cursor.accept(BYTE.comma));
    cursor.expect(BYTE.closeBrace);
    if (found !== FOUND.all) throw UNEXPECTED;
    this.bytes += this.decodedLength() + this.length(MEMBER.partitionKey);
    this.used += OFFSETS;
  }

  /** @returns the member's bit; 0 for one that is not needed */
  private readMember(): number {
    const { cursor } = this;
    cursor.next();
    if (cursor.acceptKey(DATA)) {
      cursor.passLongText();
      return this.note(MEMBER.data, FOUND.data);
    }
    if (cursor.acceptKey(PARTITION_KEY)) {
      cursor.passText();
      return this.note(MEMBER.partitionKey, FOUND.partitionKey);
    }
    if (cursor.acceptKey(SEQUENCE_NUMBER)) {
      cursor.passText();
      return this.note(MEMBER.sequenceNumber, FOUND.sequenceNumber);
    }
    if (cursor.acceptKey(ARRIVAL_TIME)) {
      cursor.passNumber();
      return this.note(MEMBER.arrivalTime, FOUND.arrivalTime);
    }
    cursor.skipMember();
    return 0;
  }

  /** Of a member that comes twice the last one counts, as in JSON.parse. */
  private note(member: number, bit: number): number {
    this.offsets[this.used + member] = this.cursor.start;
    this.offsets[this.used + member + 1] = this.cursor.end;
    return bit;
  }

  private length(member: number): number {
    const first = this.used + member;
    return (this.offsets[first + 1] ?? 0) - (this.offsets[first] ?? 0);
  }

  /** Bytes that the record's base64 stands for. */
  private decodedLength(): number {
    const length = this.length(MEMBER.data);
    if (length % 4 !== 0) throw UNEXPECTED;
    if (length === 0) return 0;
    const end = this.offsets[this.used + MEMBER.data + 1] ?? 0;
    const padding = this.body[end - 1] !== EQUALS ? 0 : this.body[end - 2] !== EQUALS ? 1 : 2;
    return (length / 4) * 3 - padding;
  }

  private grow(): void {
    const grown = new Int32Array(this.offsets.length * 2);
    grown.set(this.offsets);
    this.offsets = grown;
  }
}
