import { type Account } from './account.js';
import { childShards } from './operations/descriptions.js';
import { millisBehind, readRecords } from './operations/get-records.js';
import { type OperationOutput } from './operation.js';
import { MEBIBYTE } from './limits.js';
import { RateBucket } from './rate-bucket.js';
import { type Shard } from './shard.js';
import { type Stream } from './stream.js';
import { type LiveSubscription } from './stream-consumer.js';

/** Records and bytes of one event: the service sends events of up to a mebibyte. */
const EVENT_RECORDS = 10_000;
const EVENT_BYTES = MEBIBYTE;

/** A subscription without records still sends events, for their `MillisBehindLatest`, every so many milliseconds. */
const HEARTBEAT = 5000;

/** The events of one SubscribeToShard call: what an `EventStream` of the SDK gives. */
export type SubscriptionEvent = OperationOutput;

/**
 * One subscription of enhanced fan-out. Events are made when they are asked for: a consumer that reads slowly holds
 * nothing up and fills no queue. It ends after its lifetime, at the end of the shard, when the caller goes away, and
 * with an error when another call takes it over.
 */
export class Subscription implements LiveSubscription, AsyncIterableIterator<SubscriptionEvent> {
  readonly startedAt: number;
  private readonly endsAt: number;
  private readonly events: AsyncGenerator<SubscriptionEvent, void, undefined>;
  private readonly pace: RateBucket;
  private ended = false;
  private failure: Error | undefined;
  private wake: (() => void) | undefined;

  /** @param index - of the first record to deliver */
  constructor(
    private readonly account: Account,
    private readonly stream: Stream,
    private readonly shard: Shard,
    private index: number,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.startedAt = account.clock.now();
    this.endsAt = this.startedAt + account.limits.subscriptionLifetime;
    this.pace = new RateBucket(account.limits.subscriptionBytesPerSecond, this.startedAt);
    this.events = this.run();
    if (signal?.aborted) this.finish();
    else signal?.addEventListener('abort', this.finish, { once: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<SubscriptionEvent>> {
    return this.events.next();
  }

  async return(): Promise<IteratorResult<SubscriptionEvent>> {
    this.finish();
    return this.events.return();
  }

  end(error: Error): void {
    if (!this.ended) this.failure = error;
    this.finish();
  }

  private readonly finish = (): void => {
    this.ended = true;
    this.signal?.removeEventListener('abort', this.finish);
    this.wake?.();
  };

  private async *run(): AsyncGenerator<SubscriptionEvent, void, undefined> {
    // The first event comes at once, with or without records: it tells the consumer that the subscription stands.
    for (let first = true; ; first = false) {
      if (!first) await this.wait(HEARTBEAT, () => this.hasNews());
      if (this.failure !== undefined) throw this.failure;
      if (this.ended || this.account.clock.now() >= this.endsAt) break;
      const { event, bytes, last } = this.nextEvent();
      yield event;
      if (last) break;
      const debt = this.pace.spend(bytes, this.account.clock.now());
      if (debt > 0) await this.wait(debt, () => false);
    }
    this.finish();
  }

  private hasNews(): boolean {
    return !this.shard.open || this.shard.log.nextIndex > this.index;
  }

  private nextEvent(): { event: SubscriptionEvent; bytes: number; last: boolean } {
    const { shard, stream, account } = this;
    const wallTime = account.clock.wallTime();
    shard.log.trim(stream.trimHorizon(wallTime));
    const read = readRecords(shard, this.index, EVENT_RECORDS, EVENT_BYTES);
    this.index = read.nextIndex;
    const last = !shard.open && read.nextIndex >= shard.log.nextIndex;
    const SubscribeToShardEvent = {
      Records: read.records,
      MillisBehindLatest: millisBehind(shard, read, wallTime),
      // At the end of the shard there is nothing to continue from.
      ...(last
        ? { ChildShards: childShards(shard) }
        : { ContinuationSequenceNumber: shard.sequenceNumbers.before(read.nextIndex) }),
    };
    return { event: { SubscribeToShardEvent }, bytes: read.bytes, last };
  }

  /** Waits `duration` milliseconds, but not beyond `done`, the end of the subscription's life, or its end. */
  private wait(duration: number, done: () => boolean): Promise<void> {
    if (this.ended || done()) return Promise.resolve();
    const { clock } = this.account;
    return new Promise((resolve) => {
      const stop = (): void => {
        timer.cancel();
        this.shard.watchers.delete(watcher);
        this.wake = undefined;
        resolve();
      };
      const watcher = (): void => {
        if (done()) stop();
      };
      const timer = clock.schedule(Math.min(duration, this.endsAt - clock.now()), stop);
      this.shard.watchers.add(watcher);
      this.wake = stop;
    });
  }
}
