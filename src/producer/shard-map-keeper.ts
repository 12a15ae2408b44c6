import type { KinesisGateway, StreamRef } from '../client/kinesis-gateway.js';
import { ShardMap } from '../client/shard-map.js';
import type { KinesisEventListener } from '../observability/kinesis-event.js';
import type { Clock } from '../runtime/clock.js';

/** Milliseconds between refreshes: records of an old map still arrive, only less evenly paced. */
const REFRESH_INTERVAL = 1_000;

export interface ShardMapKeeperOptions {
  gateway: KinesisGateway;
  stream: StreamRef;
  clock: Clock;
  report: KinesisEventListener;
  shards: ShardMap;
  /** Ends a refresh under way. */
  closing: AbortSignal;
}

/** The newest shard map of a stream. */
export class ShardMapKeeper {
  private map: ShardMap;
  private refreshedAt: number;
  private refreshing: Promise<void> | undefined;
  /** Unknown shards that a refresh was hurried for, once each. */
  private readonly askedFor = new Set<string>();

  constructor(private readonly options: ShardMapKeeperOptions) {
    this.map = options.shards;
    this.refreshedAt = options.clock.now();
  }

  get newest(): ShardMap {
    return this.map;
  }

  /** Asks the service again: at once when a record first landed in a shard the map does not know, else now and then. */
  async refreshFor(shardId: string): Promise<void> {
    const isRecent = this.options.clock.now() - this.refreshedAt < REFRESH_INTERVAL;
    if (isRecent && (this.map.knows(shardId) || this.askedFor.has(shardId))) return;
    this.askedFor.add(shardId);
    this.refreshing ??= this.load().finally(() => {
      this.refreshing = undefined;
    });
    await this.refreshing;
  }

  private async load(): Promise<void> {
    const { gateway, stream, clock, report, closing } = this.options;
    const askedAt = clock.now();
    try {
      this.map = new ShardMap(await gateway.listShards(stream, closing));
      this.refreshedAt = askedAt;
    } catch (error) {
      this.refreshedAt = askedAt;
      if (closing.aborted) return;
      const retryIn = REFRESH_INTERVAL;
      report({
        type: 'loop-failed',
        loop: 'shard map',
        stream: stream.name,
        application: '',
        retryIn,
        error,
      });
    }
  }
}
