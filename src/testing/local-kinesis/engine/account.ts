import { type Clock, type Timer } from '../../../runtime/clock.js';
import { type Random } from '../../../runtime/random.js';
import { ApiRates } from './api-rates.js';
import { type KinesisLimits } from './limits.js';
import { ConnectionCut, ServiceError } from './service-error.js';
import { type Shard, shardIdOf } from './shard.js';
import { type Stream } from './stream.js';
import { type StreamConsumer } from './stream-consumer.js';

/** How long the service takes over changes, in milliseconds on the clock. All are 0 unless given: done at once. */
export interface EngineDelays {
  /** CreateStream: the time in state CREATING. @defaultValue 0 */
  readonly createStream?: number;
  /** DeleteStream: the time in state DELETING. @defaultValue 0 */
  readonly deleteStream?: number;
  /**
   * SplitShard, MergeShards, UpdateShardCount, retention, UpdateStreamMode, UpdateMaxRecordSize: the time in state
   * UPDATING. @defaultValue 0
   */
  readonly updateStream?: number;
  /** RegisterStreamConsumer and DeregisterStreamConsumer: the time in state CREATING, DELETING. @defaultValue 0 */
  readonly changeConsumer?: number;
}

export interface AccountOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: KinesisLimits;
  readonly region: string;
  readonly account: string;
  readonly delays: EngineDelays;
}

/** A stream as requests name it. */
export interface StreamReference {
  readonly StreamName?: string | undefined;
  readonly StreamARN?: string | undefined;
}

/** The state of the service for one account in one region, and what its operations share. */
export class Account {
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: KinesisLimits;
  readonly id: string;
  readonly delays: EngineDelays;
  readonly streams = new Map<string, Stream>();
  private readonly arnPrefix: string;
  private readonly rates = new ApiRates();
  private readonly pending = new Set<Timer>();
  private ratesSuspended = false;

  constructor(options: AccountOptions) {
    this.clock = options.clock;
    this.random = options.random;
    this.limits = options.limits;
    this.id = options.account;
    this.delays = options.delays;
    this.arnPrefix = `arn:aws:kinesis:${options.region}:${options.account}:stream/`;
  }

  arnOf(streamName: string): string {
    return this.arnPrefix + streamName;
  }

  /** The stream a request names, in whatever state. */
  stream(reference: StreamReference): Stream {
    const name = this.nameOf(reference);
    const stream = this.streams.get(name);
    if (stream === undefined) throw this.streamNotFound(name);
    return stream;
  }

  /** The stream a request names, if it exists for those who read and write. */
  usableStream(reference: StreamReference): Stream {
    const stream = this.stream(reference);
    // One that was deleted while it was being created has no shards either.
    if (stream.openShards.length === 0) throw this.streamNotFound(stream.name);
    return stream;
  }

  /** The stream a request names, if nothing is being done to it. */
  activeStream(reference: StreamReference): Stream {
    const stream = this.stream(reference);
    if (stream.status !== 'ACTIVE') {
      const what = `${this.describe(stream.name)} not ACTIVE, instead in state ${stream.status}`;
      throw new ServiceError('ResourceInUseException', what);
    }
    return stream;
  }

  /** The shard with this id, open or closed, unless retention has passed it. */
  shard(stream: Stream, id: string): Shard {
    const shard = stream.shardWithId(id);
    if (shard === undefined) throw this.shardNotFound(stream, id);
    if (shard.closedAt !== undefined && shard.closedAt < stream.trimHorizon(this.clock.wallTime())) {
      throw this.shardNotFound(stream, id);
    }
    return shard;
  }

  /** The consumer with this ARN, and its stream. */
  consumer(arn: string): { stream: Stream; consumer: StreamConsumer } {
    const [streamArn = '', rest = ''] = arn.split('/consumer/');
    const stream = this.streams.get(streamArn.slice(this.arnPrefix.length));
    const consumer = stream?.consumers.get(rest.split(':')[0] ?? '');
    if (stream === undefined || consumer?.arn !== arn) throw this.consumerNotFound(arn);
    return { stream, consumer };
  }

  consumerNotFound(nameOrArn: string): ServiceError {
    return new ServiceError(
      'ResourceNotFoundException',
      `Consumer ${nameOrArn} under account ${this.id} not found.`,
    );
  }

  /** As messages of the service name a stream: `Stream orders under account 123456789012`. */
  describe(streamName: string): string {
    return `Stream ${streamName} under account ${this.id}`;
  }

  describeShard(stream: Stream, ordinal: number): string {
    return `shard ${shardIdOf(ordinal)} in stream ${stream.name} under account ${this.id}`;
  }

  shardNotFound(stream: Stream, id: string): ServiceError {
    const message = `Could not find shard ${id} in stream ${stream.name} under account ${this.id}.`;
    return new ServiceError('ResourceNotFoundException', message);
  }

  throughputExceeded(stream: Stream, shard: Shard): ServiceError {
    return new ServiceError('ProvisionedThroughputExceededException', this.rateExceeded(stream, shard));
  }

  rateExceeded(stream: Stream, shard: Shard): string {
    return `Rate exceeded for ${this.describeShard(stream, shard.ordinal)}.`;
  }

  /** Open shards of provisioned streams: those that count against the quota. */
  get provisionedShardCount(): number {
    let count = 0;
    for (const stream of this.streams.values())
      if (stream.mode === 'PROVISIONED') count += stream.openShards.length;
    return count;
  }

  get onDemandStreamCount(): number {
    return [...this.streams.values()].filter((stream) => stream.mode === 'ON_DEMAND').length;
  }

  /** Refuses `added` further open shards beyond the account's quota. */
  admitShards(added: number): void {
    const current = this.provisionedShardCount;
    if (current + added <= this.limits.openShards) return;
    throw new ServiceError(
      'LimitExceededException',
      `This request would exceed the shard limit for the account ${this.id}. Current shard count for the account: ` +
        `${current}. Limit: ${this.limits.openShards}. Number of additional shards that would have resulted from ` +
        `this request: ${added}.`,
    );
  }

  admitOnDemandStream(): void {
    const { onDemandStreams } = this.limits;
    if (this.onDemandStreamCount < onDemandStreams) return;
    const message = `The account ${this.id} has reached its limit of ${onDemandStreams} on-demand streams.`;
    throw new ServiceError('LimitExceededException', message);
  }

  /** Counts a call of an operation that the service limits for the whole account. */
  admitCall(operation: string, perSecond: number = this.limits.controlCallsPerSecond): void {
    if (this.ratesSuspended || this.rates.admit(operation, perSecond, this.clock.now())) return;
    throw new ServiceError('LimitExceededException', `Rate exceeded for account ${this.id}.`);
  }

  /** Counts a call of an operation that the service limits per stream, or per something inside it. */
  admitStreamCall(stream: Stream, what: string, perSecond: number): void {
    if (this.ratesSuspended) return;
    if (this.rates.admit(`${stream.name}/${what}`, perSecond, this.clock.now())) return;
    throw new ServiceError(
      'LimitExceededException',
      `Rate exceeded for stream ${stream.name} under account ${this.id}.`,
    );
  }

  /** Makes a call that counts against no rate and is held up by none. */
  withoutRates<T>(call: () => T): T {
    this.ratesSuspended = true;
    try {
      return call();
    } finally {
      this.ratesSuspended = false;
    }
  }

  /** Deletes a stream and whatever reads from it. */
  forgetStream(stream: Stream): void {
    for (const consumer of stream.consumers.values())
      consumer.endSubscriptions(this.streamNotFound(stream.name));
    this.streams.delete(stream.name);
    this.rates.forget(`${stream.name}/`);
  }

  /** Runs `change` after `delay` milliseconds; at once when there is nothing to wait for. */
  after(delay: number | undefined, change: () => void): void {
    if (delay === undefined || delay <= 0) {
      change();
      return;
    }
    const timer = this.clock.schedule(delay, () => {
      this.pending.delete(timer);
      change();
    });
    this.pending.add(timer);
  }

  /** Puts an active stream into state UPDATING, and makes the change when that is over. */
  update(stream: Stream, change: () => void): void {
    stream.status = 'UPDATING';
    this.after(this.delays.updateStream, () => {
      if (stream.status !== 'UPDATING') return;
      stream.status = 'ACTIVE';
      change();
    });
  }

  /** Ends every subscription and forgets every change that is still to come. */
  close(): void {
    for (const stream of this.streams.values()) {
      for (const consumer of stream.consumers.values()) consumer.endSubscriptions(new ConnectionCut());
    }
    for (const timer of this.pending) timer.cancel();
    this.pending.clear();
  }

  private streamNotFound(name: string): ServiceError {
    return new ServiceError('ResourceNotFoundException', `${this.describe(name)} not found.`);
  }

  private nameOf({ StreamName, StreamARN }: StreamReference): string {
    if (StreamARN === undefined) {
      if (StreamName !== undefined) return StreamName;
      throw new ServiceError('InvalidArgumentException', 'Either StreamName or StreamARN must be specified.');
    }
    const name = StreamARN.slice(StreamARN.indexOf('/') + 1);
    if (StreamName !== undefined && StreamName !== name) {
      const message = `StreamName ${StreamName} and StreamARN ${StreamARN} do not name the same stream.`;
      throw new ServiceError('InvalidArgumentException', message);
    }
    if (!StreamARN.startsWith(this.arnPrefix)) {
      const message = `Stream ARN ${StreamARN} does not belong to account ${this.id} in this region.`;
      throw new ServiceError('ResourceNotFoundException', message);
    }
    return name;
  }
}
