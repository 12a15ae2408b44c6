import type { Settle } from './outcome.js';
import type { PendingUserRecord } from './pending-record.js';
import type { PutMoment } from './put-moment.js';
import type { StoredAt } from './put-judgement.js';

/**
 * Who waits for the user records of one Kinesis record, and until when: all that must be kept of them while their data are
 * in there. In columns, for an object each would be twice as large.
 */
export class Claims {
  readonly count: number;
  /** Bytes of data and partition key of all of them. */
  readonly userBytes: number;
  private readonly settles: (Settle | undefined)[];
  private readonly places: number[];
  private readonly moments: PutMoment[];

  constructor(members: readonly PendingUserRecord[]) {
    const count = members.length;
    this.count = count;
    this.settles = new Array<Settle | undefined>(count);
    this.places = new Array<number>(count);
    this.moments = new Array<PutMoment>(count);
    let userBytes = 0;
    for (let index = 0; index < count; index++) {
      const { settle, place, moment, size } = members[index] as PendingUserRecord;
      this.settles[index] = settle;
      this.places[index] = place;
      this.moments[index] = moment;
      userBytes += size;
    }
    this.userBytes = userBytes;
  }

  settle(index: number): Settle | undefined {
    return this.settles[index];
  }

  place(index: number): number {
    return this.places[index] as number;
  }

  moment(index: number): PutMoment {
    return this.moments[index] as PutMoment;
  }

  /** Tells all who wait where their records are. */
  delivered({ shardId, sequenceNumber }: StoredAt): void {
    const { settles, places, count } = this;
    for (let index = 0; index < count; index++) {
      const settle = settles[index];
      if (!settle) continue;
      const place = places[index] as number;
      if (count === 1) settle({ shardId, sequenceNumber }, place);
      else settle({ shardId, sequenceNumber, subSequenceNumber: index }, place);
    }
  }

  /** Takes them out of their epochs. */
  leave(): void {
    for (const { epoch } of this.moments) epoch.leave();
  }
}
