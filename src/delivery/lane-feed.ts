import type { InFlightRecord } from './in-flight-record.js';
import type { Feed } from './lane.js';

/** What several lanes get their records from. */
export interface FeedSource extends Omit<Feed, 'next'> {
  /** @param lane - index of the lane, where records belong to lanes */
  next(lane: number | undefined): InFlightRecord | undefined;
}

/** One lane's part of what comes from a source. A class, so that those of all shards are alike to the compiler of the engine. */
export class LaneFeed implements Feed {
  constructor(
    private readonly source: FeedSource,
    private readonly lane: number | undefined,
  ) {}

  get isDry(): boolean {
    return this.source.isDry;
  }

  get isEnded(): boolean {
    return this.source.isEnded;
  }

  next(): InFlightRecord | undefined {
    return this.source.next(this.lane);
  }

  payloadOf(record: InFlightRecord): unknown {
    return this.source.payloadOf(record);
  }

  finish(record: InFlightRecord): void {
    this.source.finish(record);
  }
}
