import type { OpenAggregate, Packing, SealedRecord } from '../aggregators/aggregator.js';
import type { DataSlab } from './data-slab.js';
import { KeptAggregate } from './kept-aggregate.js';
import { MovableAggregate } from './movable-aggregate.js';
import type { PendingRecord, PendingUserRecord } from './pending-record.js';

interface OpenRecord {
  readonly aggregate: OpenAggregate;
  readonly members: PendingUserRecord[];
}

/** The user records of a shard that wait in open aggregates. */
export class Packer {
  private readonly open = new Map<string, OpenRecord>();
  private queuedBytes = 0;

  /**
   * @param maxBytes - the most bytes of data and partition key of a Kinesis record, if one user record alone has no more
   * @param slab - for the data of user records that have to wait
   */
  constructor(
    private readonly packing: Packing,
    private readonly maxBytes: number,
    private readonly slab: DataSlab,
  ) {}

  /** Kinesis records that are still open. */
  get length(): number {
    return this.open.size;
  }

  /** Bytes of the user records in them. */
  get bytes(): number {
    return this.queuedBytes;
  }

  has(partitionKey: string): boolean {
    return this.open.has(groupOf(this.packing, { partitionKey }));
  }

  /** Adds a user record; returns the Kinesis records that it found full, if any, which go out before it. */
  add(record: PendingUserRecord): readonly PendingRecord[] | undefined {
    // Text may wait as it is until the aggregate is sealed, and most is never asked for after that.
    if (!record.isText) record.storeIn(this.slab);
    const group = groupOf(this.packing, record);
    let open = this.open.get(group);
    let full: readonly PendingRecord[] | undefined;
    if (!open?.aggregate.tryAdd(record, this.maxBytes)) {
      if (open) full = this.seal(group, open);
      open = { aggregate: this.packing.open(), members: [] };
      // One that is too large to share a Kinesis record has one to itself; it was checked to fit the stream.
      open.aggregate.tryAdd(record, Infinity);
      this.open.set(group, open);
    }
    open.members.push(record);
    this.queuedBytes += record.size;
    return full;
  }

  /** Kinesis records of user records that were in one before. */
  repack(members: readonly PendingUserRecord[]): PendingRecord[] {
    const again = new Packer(this.packing, this.maxBytes, this.slab);
    const full = members.flatMap((member) => again.add(member) ?? []);
    return [...full, ...again.next(() => true)];
  }

  /** Closes the longest open Kinesis record whose partition key is accepted. */
  next(accepts: (partitionKey: string) => boolean): PendingRecord[] {
    for (const [group, open] of this.open) {
      const [first] = open.members;
      if (first && accepts(first.partitionKey)) return this.seal(group, open);
    }
    return [];
  }

  /** Empties the packer of its user records. */
  drain(): PendingUserRecord[] {
    const drained = [...this.open.values()].flatMap(({ members }) => members);
    this.open.clear();
    this.queuedBytes = 0;
    return drained;
  }

  private seal(group: string, { aggregate, members }: OpenRecord): PendingRecord[] {
    this.open.delete(group);
    for (const { size } of members) this.queuedBytes -= size;
    let from = 0;
    return aggregate.seal().map((sealed) => {
      const share = sealed.count === members.length ? members : members.slice(from, (from += sealed.count));
      const { takeApart } = sealed;
      return takeApart ? new MovableAggregate(sealed, share, takeApart) : this.keep(sealed, share);
    });
  }

  private keep(sealed: SealedRecord, members: readonly PendingUserRecord[]): PendingRecord {
    const [first] = members;
    if (first && goesAsItIs(first, sealed)) return first;
    for (const member of members) if (member.isText) member.storeIn(this.slab);
    return new KeptAggregate(sealed, members);
  }
}

/** Whether a user record has found no company, and its format adds nothing to it. */
function goesAsItIs(record: PendingUserRecord, sealed: SealedRecord): boolean {
  return sealed.count === 1 && sealed.data === record.data && sealed.partitionKey === record.partitionKey;
}

function groupOf({ scope }: Packing, record: { partitionKey: string; explicitHashKey?: string }): string {
  return scope === 'shard' ? '' : `${record.explicitHashKey ?? ''} ${record.partitionKey}`;
}
