import type { SealedRecord, UserRecord } from '../aggregators/aggregator.js';
import { MovableData } from './movable-data.js';
import { PackedPendingRecord } from './packed-pending-record.js';
import { PendingUserRecord } from './pending-record.js';

type TakeApart = (data: Uint8Array) => readonly UserRecord[];

/** An aggregate whose data are all that is kept of its user records: they are taken out again where somebody needs them. */
export class MovableAggregate extends PackedPendingRecord {
  readonly movable = true;
  private readonly content: MovableData;

  constructor(
    sealed: SealedRecord,
    members: readonly PendingUserRecord[],
    private readonly takeApart: TakeApart,
  ) {
    super(sealed, members);
    this.content = new MovableData(sealed.data);
  }

  get data(): Uint8Array {
    return this.content.bytes;
  }

  get members(): readonly PendingUserRecord[] {
    const { claims } = this;
    return this.takeApart(this.data).map(
      ({ data, partitionKey, explicitHashKey }, index) =>
        new PendingUserRecord(
          data,
          partitionKey,
          explicitHashKey,
          claims.moment(index),
          claims.settle(index),
          claims.place(index),
          data.byteLength,
        ),
    );
  }

  encoded(data: Uint8Array, body: Buffer, start: number, end: number): void {
    this.content.moved(data, body, start, end);
  }

  recover(): void {
    this.content.recover();
  }
}
