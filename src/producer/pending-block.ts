import type { Settle } from './outcome.js';
import { type PendingData, PendingUserRecord } from './pending-record.js';
import type { PutMoment } from './put-moment.js';

/** So few that what is left of a block when most of it is gone is little; so many that its arrays have little room to spare. */
const MAX_RECORDS = 128;

/** Where the whole numbers of a record are, of which each has three. */
const NUMBERS = 3;
const [START, DATA_BYTES, PLACE] = [0, 1, 2];

/**
 * A stretch of a queue of user records, in columns: an object for each would be twice as large, and the collector would
 * carry it along.
 */
export class PendingBlock {
  private head = 0;
  private readonly sources: (PendingData | undefined)[] = [];
  private readonly numbers = new Int32Array(NUMBERS * MAX_RECORDS);
  private readonly partitionKeys: (string | undefined)[] = [];
  /** Few have one. */
  private readonly explicitHashKeys = new Map<number, string>();
  private readonly settles: (Settle | undefined)[] = [];
  private readonly moments: PutMoment[] = [];

  get isFull(): boolean {
    return this.sources.length === MAX_RECORDS;
  }

  get isEmpty(): boolean {
    return this.head === this.sources.length;
  }

  push(record: PendingUserRecord): void {
    const { numbers } = this;
    const index = this.sources.push(record.source) - 1;
    numbers[NUMBERS * index + START] = record.start;
    numbers[NUMBERS * index + DATA_BYTES] = record.dataBytes;
    numbers[NUMBERS * index + PLACE] = record.place;
    this.partitionKeys.push(record.partitionKey);
    if (record.explicitHashKey !== undefined) this.explicitHashKeys.set(index, record.explicitHashKey);
    this.settles.push(record.settle);
    this.moments.push(record.moment);
  }

  /** When the first record expires. */
  get expiresAt(): number {
    return this.moments[this.head]?.expiresAt ?? Infinity;
  }

  shift(): PendingUserRecord | undefined {
    const { head: index, numbers } = this;
    const source = this.sources[index];
    const partitionKey = this.partitionKeys[index];
    const moment = this.moments[index];
    if (source === undefined || partitionKey === undefined || moment === undefined) return undefined;
    const record = new PendingUserRecord(
      source,
      partitionKey,
      this.explicitHashKeys.get(index),
      moment,
      this.settles[index],
      numbers[NUMBERS * index + PLACE] as number,
      numbers[NUMBERS * index + DATA_BYTES] as number,
      numbers[NUMBERS * index + START],
    );
    // The block outlasts its first records: it is not to keep what they hold.
    this.sources[index] = undefined;
    this.partitionKeys[index] = undefined;
    this.settles[index] = undefined;
    this.head++;
    return record;
  }

  /** Makes an empty block as good as new. */
  reset(): void {
    this.head = 0;
    this.sources.length = 0;
    this.partitionKeys.length = 0;
    this.explicitHashKeys.clear();
    this.settles.length = 0;
    this.moments.length = 0;
  }
}
