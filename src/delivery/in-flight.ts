import type { UserRecord } from '../aggregators/aggregator.js';
import { dataBytesOf } from '../aggregators/data-bytes.js';
import type { Checkpoint } from '../checkpointers/checkpoint.js';
import type { KinesisRecord } from '../client/kinesis-gateway.js';
import { Deque } from '../runtime/deque.js';
import { InFlightRecord, type Releasable } from './in-flight-record.js';
import { comparePositions, type Position, positionOf } from './position.js';
import { RecordRing } from './record-ring.js';
import type { ShardScope } from './shard-scope.js';

/**
 * How far handlers may be ahead of the oldest record that is not finished, each shard: as many records as one answer
 * of GetRecords has at most, and as many bytes (AWS limits). The record that reaches a limit is let in as a whole.
 */
export const MAX_IN_FLIGHT = { records: 10_000, bytes: 10 * 1024 * 1024 };

/** Records of one read. */
export interface DeliveredPage extends Releasable {
  readonly records: readonly KinesisRecord[];
}

/** A Kinesis record that has been taken apart, and has user records left that nobody has asked for. */
interface OpenedRecord {
  readonly record: KinesisRecord;
  readonly userRecords: readonly UserRecord[];
  /** Why it cannot be taken apart; it then stands for itself. */
  readonly failure: { readonly cause: unknown } | undefined;
  /** The sub-sequence number of the next user record. */
  next: number;
  /** The page whose last Kinesis record it is. */
  endOf: DeliveredPage | undefined;
}

export interface InFlightOptions {
  scope: ShardScope;
  /** Where the shard's checkpoint stands: what it covers is not delivered again. */
  resumeFrom: Checkpoint;
  /** Called when the last page is being worked on: the next one is wanted. */
  onHungry: () => void;
  /** Called when there is room again, after there was none. */
  onRoom: () => void;
  /** Called when everything that was accepted is finished. */
  onEmpty: () => void;
}

/**
 * A shard's records on their way through its handlers, and the watermark: the highest position such that it and all before
 * it are finished by all handlers. Kinesis records are taken apart when the first handler asks for them, and each user
 * record counts from when it is asked for; handlers go through them each at its own pace, by index.
 */
export class InFlight {
  private readonly pages = new Deque<DeliveredPage>();
  /** The next Kinesis record of the first page. */
  private next = 0;
  private opened: OpenedRecord | undefined;
  /** From the first that is not finished on. */
  private readonly records = new RecordRing();
  private bytes = 0;
  private ended = false;
  /** Somebody asked for more when there was no room. */
  private wanted = false;
  private finishedUpTo: Position | undefined;
  /** The last that somebody has asked for. */
  private takenUpTo: Position | undefined;
  /** Up to here the records that come next have been here before; undefined once one has come that has not. */
  private passOver: Position | undefined;

  constructor(private readonly options: InFlightOptions) {
    const { resumeFrom } = options;
    if (resumeFrom.type === 'SEQUENCE') this.passOver = resumeFrom;
  }

  /** The watermark; undefined while not even the first record is finished. */
  get finished(): Position | undefined {
    return positionOf(this.finishedUpTo);
  }

  /** Up to where records have been taken in; undefined before the first. */
  get taken(): Position | undefined {
    return positionOf(this.takenUpTo);
  }

  /** The index of the oldest record that is not finished, or of the next one to come. */
  get firstOpen(): number {
    return this.records.first;
  }

  /** Whether everything that was accepted is finished. */
  get isEmpty(): boolean {
    return this.records.length === 0 && !this.opened && this.pages.length === 0;
  }

  /** Whether the last Kinesis record of all pages has been taken apart. */
  get isHungry(): boolean {
    return this.pages.length === 0;
  }

  /** Whether no further record comes before some are finished: there is no room, or the shard has ended. */
  get isDry(): boolean {
    return this.ended || this.isFull;
  }

  /** Whether no further record is let in before some are finished. */
  get isFull(): boolean {
    return (
      this.records.length >= MAX_IN_FLIGHT.records ||
      (this.bytes >= MAX_IN_FLIGHT.bytes && this.records.length > 0)
    );
  }

  accept(page: DeliveredPage): void {
    if (page.records.length === 0) page.release();
    else this.pages.push(page);
  }

  /** Whether no page will follow. */
  get isEnded(): boolean {
    return this.ended;
  }

  /** No page will follow, unless what is accepted is dropped. */
  end(): void {
    this.ended = true;
  }

  /** The user record of an index; undefined if there is none yet, or no room for it. */
  at(index: number): InFlightRecord | undefined {
    while (index >= this.records.next) {
      if (this.isFull) {
        this.wanted = true;
        return undefined;
      }
      if (!this.takeIn()) return undefined;
    }
    return this.records.at(index);
  }

  /** The next records behind an index, as far as they are there. */
  following(index: number, count: number): readonly InFlightRecord[] {
    const records: InFlightRecord[] = [];
    for (let next = index + 1; next <= index + count; next++) {
      const record = this.at(next);
      if (!record) break;
      records.push(record);
    }
    return records;
  }

  /** One handler has finished a record. */
  finish(record: InFlightRecord): void {
    record.outstanding--;
    const { records } = this;
    if (record.outstanding > 0 || record.index !== records.first) return;
    for (let first = records.at(records.first); first?.outstanding === 0; first = records.at(records.first)) {
      this.finishedUpTo = first;
      this.bytes -= first.bytes;
      if (first.endOf) {
        if (!this.options.scope.hasLastingData) first.endOf.takeBack?.();
        first.endOf.release();
        // The watermark is kept, and would keep all of its page.
        first.endOf = undefined;
      }
      records.shift();
    }
    if (this.wanted && !this.isFull) {
      this.wanted = false;
      this.options.onRoom();
    }
    if (this.isEmpty) this.onEmpty();
  }

  /**
   * Forgets what no handler has asked for yet: it is to be read again, from behind what has been taken in. What has been
   * taken in stays, but no longer counts as read: others go on while this shard does not.
   *
   * @returns whether anything was forgotten
   */
  dropUnread(): boolean {
    const isAny = this.opened !== undefined || this.pages.length > 0;
    // Where nothing is forgotten, nothing is to be read again: the shard's end stays its end.
    if (isAny) this.ended = false;
    this.releaseAll();
    this.next = 0;
    this.passOver = this.takenUpTo ?? this.passOver;
    return isAny;
  }

  /** Gives back all room that is still taken. */
  releaseAll(): void {
    this.opened?.endOf?.release();
    this.opened = undefined;
    for (let page = this.pages.shift(); page; page = this.pages.shift()) page.release();
    const { records } = this;
    for (let index = records.first; index < records.next; index++) records.at(index)?.endOf?.release();
  }

  private onEmpty(): void {
    // The records themselves would keep the answer they came in for as long as nothing follows.
    this.finishedUpTo = positionOf(this.finishedUpTo);
    this.takenUpTo = positionOf(this.takenUpTo);
    this.options.onEmpty();
  }

  /** Takes in the next user record; false if there is none. */
  private takeIn(): boolean {
    while (!this.opened) {
      const page = this.pages.peek();
      const record = page?.records[this.next];
      if (!page || !record) return false;
      this.open(record, page);
    }
    const { opened } = this;
    const { record, userRecords, failure, next } = opened;
    const userRecord: UserRecord = userRecords[next] ?? record;
    // The bytes of a decoded record would have to be made first.
    const bytes = userRecord.decoded
      ? Math.ceil(dataBytesOf(record) / userRecords.length)
      : dataBytesOf(userRecord);
    const { scope } = this.options;
    const added = new InFlightRecord(scope, this.records.next, record, userRecord, next, bytes);
    if (failure) added.cannotBeDecoded(failure.cause);
    this.records.push(added);
    this.bytes += bytes;
    this.takenUpTo = added;
    if (++opened.next === userRecords.length) this.close(opened);
    return true;
  }

  /** Takes the next Kinesis record apart, which is in the first page. */
  private open(record: KinesisRecord, page: DeliveredPage): void {
    const opened = openRecord(record, this.options.scope);
    const { length } = opened.userRecords;
    opened.next = this.passedOver(record, length);
    this.opened = opened;
    if (++this.next === page.records.length) {
      opened.endOf = page;
      this.pages.shift();
      this.next = 0;
      if (this.pages.length === 0) this.options.onHungry();
    }
    if (opened.next === length) this.close(opened);
  }

  /** How many of the user records have been here before. */
  private passedOver(record: KinesisRecord, count: number): number {
    const { passOver } = this;
    if (!passOver) return 0;
    const { sequenceNumber } = record;
    let passed = 0;
    while (passed < count) {
      const position = { sequenceNumber, subSequenceNumber: passed };
      if (comparePositions(position, passOver) > 0) break;
      passed++;
    }
    if (passed < count) this.passOver = undefined;
    return passed;
  }

  /** Nothing is left of it. */
  private close({ endOf }: OpenedRecord): void {
    this.opened = undefined;
    if (endOf) this.endPage(endOf);
  }

  /** The page's room is given back with the last record of it, at once if it has brought none. */
  private endPage(page: DeliveredPage): void {
    const last = this.records.at(this.records.next - 1);
    if (!last || last.endOf) page.release();
    else last.endOf = page;
  }
}

function openRecord(record: KinesisRecord, { aggregator }: ShardScope): OpenedRecord {
  try {
    const userRecords = aggregator.unpack(record);
    checkUserRecords(userRecords);
    return { record, userRecords, failure: undefined, next: 0, endOf: undefined };
  } catch (cause) {
    return { record, userRecords: [record], failure: { cause }, next: 0, endOf: undefined };
  }
}

/** @throws for what is no list of user records: an aggregator may be the app's own */
function checkUserRecords(userRecords: readonly UserRecord[]): void {
  if (!isArray(userRecords)) throw new TypeError('unpack returned no array of user records');
  // Of what came decoded, the bytes would have to be made first.
  for (const each of userRecords) if (!each.decoded) void dataBytesOf(each);
}

function isArray(value: unknown): boolean {
  return Array.isArray(value);
}
