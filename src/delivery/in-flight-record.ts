import type { UserRecord } from '../aggregators/aggregator.js';
import { utf8In } from '../aggregators/serializers/utf8.js';
import type { KinesisRecord } from '../client/kinesis-gateway.js';
import { DataReleasedError, DeserializationError } from '../errors.js';
import type { RecordPlace } from '../observability/kinesis-event.js';
import { borrow } from '../runtime/lent-buffer.js';
import type { Position } from './position.js';
import type { ShardScope } from './shard-scope.js';

const NOT_DECODED = Symbol('not decoded');

/** Room that is given back when everything in it is finished. */
export interface Releasable {
  release(): void;
  /** Everything in it is finished, for good: data that nobody has asked for until then need not be kept. */
  readonly takeBack?: (() => void) | undefined;
}

/** A user record from when it was taken out of its Kinesis record until all handlers have finished it. */
export class InFlightRecord implements Position {
  /** Handlers that have not finished it. */
  outstanding: number;
  /** What is given back when this record and all before it are finished. */
  endOf: Releasable | undefined = undefined;
  private value: unknown = NOT_DECODED;
  private problem: DeserializationError | undefined = undefined;

  /**
   * @param index - counts the records of the shard since its lease was taken
   * @param userRecord - for a Kinesis record that cannot be taken apart: that record
   * @param bytes - what it counts against what may be in flight
   */
  constructor(
    readonly scope: ShardScope,
    readonly index: number,
    readonly record: KinesisRecord,
    readonly userRecord: UserRecord,
    readonly subSequenceNumber: number,
    readonly bytes: number,
  ) {
    this.outstanding = scope.handlers;
  }

  get sequenceNumber(): string {
    return this.record.sequenceNumber;
  }

  /** Names the user record for good. */
  get id(): string {
    const { stream, shardId } = this.scope.place;
    return `${stream}/${shardId}/${this.sequenceNumber}/${this.subSequenceNumber}`;
  }

  get place(): RecordPlace {
    const { sequenceNumber, subSequenceNumber } = this;
    return { ...this.scope.place, sequenceNumber, subSequenceNumber };
  }

  /**
   * The user record's bytes, for whoever may keep them.
   *
   * @throws DataReleasedError when all handlers have finished it, unless its data last
   */
  get data(): Uint8Array {
    // Also where they are still there: that depends on the other records of its page, and on how large they are.
    if (this.outstanding === 0 && !this.scope.hasLastingData) throw new DataReleasedError();
    return this.userRecord.data;
  }

  /**
   * The user record's value, decoded once for all handlers.
   *
   * @throws DeserializationError, the same each time
   */
  get payload(): unknown {
    if (this.value !== NOT_DECODED) return this.value;
    if (this.problem) throw this.problem;
    try {
      this.value = this.decode();
    } catch (error) {
      throw this.cannotBeDecoded(error);
    }
    return this.value;
  }

  private decode(): unknown {
    const { userRecord } = this;
    if (userRecord.decoded) return userRecord.decoded.value;
    const { readText, aggregator } = this.scope;
    return readText ? readText(borrow(userRecord, utf8In)) : aggregator.deserialize(userRecord.data);
  }

  /** Whether it has a payload. */
  get isReadable(): boolean {
    try {
      void this.payload;
      return true;
    } catch {
      return false;
    }
  }

  /** It, or the Kinesis record it should have come from, is not what the aggregator writes. */
  cannotBeDecoded(cause: unknown): DeserializationError {
    const { stream, shardId } = this.scope.place;
    this.problem = new DeserializationError(
      `A record of stream "${stream}" is not what the aggregator "${this.scope.aggregator.name}" writes: ` +
        `shard ${shardId}, sequence number ${this.sequenceNumber}, sub-sequence number ` +
        `${this.subSequenceNumber}. Producer and consumer must use the same aggregator.`,
      { cause },
    );
    return this.problem;
  }
}
