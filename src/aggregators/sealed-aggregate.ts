import type { SealedRecord, UserRecord } from './aggregator.js';

/**
 * A Kinesis record of several user records, whose data are written each time they are asked for.
 *
 * A class, for objects with a getter each of their own are a shape each to the engine, which keeps all that the getter knows
 * until it collects shapes, seconds later: tens of thousands of user records that are long gone.
 */
export class SealedAggregate implements SealedRecord {
  declare readonly explicitHashKey?: string;
  readonly partitionKey: string;

  /**
   * @param write - makes the data
   * @param dataBytes - how many bytes that will be
   * @param count - user records in it
   */
  constructor(
    private readonly write: () => Uint8Array,
    readonly dataBytes: number,
    readonly count: number,
    { partitionKey, explicitHashKey }: Pick<UserRecord, 'partitionKey' | 'explicitHashKey'>,
  ) {
    this.partitionKey = partitionKey;
    if (explicitHashKey !== undefined) this.explicitHashKey = explicitHashKey;
  }

  get data(): Uint8Array {
    return this.write();
  }
}
