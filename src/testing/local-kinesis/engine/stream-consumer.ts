export type ConsumerStatus = 'CREATING' | 'ACTIVE' | 'DELETING';

/** A subscription that has not ended. */
export interface LiveSubscription {
  /** Monotonic time of the SubscribeToShard call. */
  readonly startedAt: number;
  /** Ends it, because another call took it over or its consumer or stream is gone. */
  end(error: Error): void;
}

/** A consumer registered with a stream for enhanced fan-out. */
export class StreamConsumer {
  readonly arn: string;
  status: ConsumerStatus = 'CREATING';
  readonly tags = new Map<string, string>();
  /** The last subscription to each shard, by the shard's id, also after it ended. */
  readonly subscriptions = new Map<string, LiveSubscription>();

  /** @param createdAt - milliseconds since the Unix epoch */
  constructor(
    readonly name: string,
    readonly streamArn: string,
    readonly createdAt: number,
  ) {
    this.arn = `${streamArn}/consumer/${name}:${Math.floor(createdAt / 1000)}`;
  }

  /** Ends every subscription with this error. */
  endSubscriptions(error: Error): void {
    for (const subscription of this.subscriptions.values()) subscription.end(error);
    this.subscriptions.clear();
  }
}
