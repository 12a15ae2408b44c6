import { Injectable } from '@nestjs/common';
import type { SeekPosition } from '../scheduler/seek-position.js';
import type { LoopFailure, ShardStatus } from '../scheduler/shard-status.js';
import type { Consumer, ConsumerState } from './consumer.js';
import { ConsumerRunner } from './consumer-runner.js';

/** A consumer of the app: the handlers of one stream, on one connection, for one application. */
export interface KinesisConsumerInfo {
  /** The stream's name in the options; `connection/` before it unless the connection has no name, `@application` behind it
   * for handlers with an application of their own: `orders`, `eu/orders`, `orders@audit`. */
  readonly name: string;
  /** `'default'` for the connection without a name. */
  readonly connection: string;
  /** The stream's name in the options. */
  readonly stream: string;
  /** What the service calls the stream. */
  readonly streamName: string;
  readonly application: string;
  readonly handlers: readonly string[];
  readonly state: ConsumerState;
}

/** What a consumer does, in this process, as of its last look at the leases: plain data, as `JSON.stringify` takes it. */
export interface KinesisConsumerStatus extends KinesisConsumerInfo {
  /** Whether {@link KinesisConsumerRegistry.ready} would resolve at once. */
  readonly ready: boolean;
  /** This worker's name in leases, another one with each start; absent while stopped. */
  readonly workerId?: string;
  /** The largest of the shards this process reads, in milliseconds; absent while none is known. */
  readonly millisBehindLatest?: number;
  /** All shards of the stream, whoever reads them; none while stopped. */
  readonly shards: readonly ShardStatus[];
  /** What does not work at present. */
  readonly failures: readonly LoopFailure[];
}

/**
 * The app's consumers, on all its connections, to look at and to control. Inject it; it is there everywhere, and knows the
 * consumers from `onModuleInit` on.
 *
 * A *consumer* is what has leases of its own: the handlers of one stream, on one connection, for one application. To
 * control a handler apart from others of its stream, give it an `application` of its own. All that is done here is done
 * to this process: other replicas go on, and take over what a stopped one gives up.
 *
 * Every method takes the name of a consumer, see {@link KinesisConsumerInfo.name}, or none for all of them.
 *
 * @throws UnknownConsumerError from every method, for a name there is not
 */
@Injectable()
export class KinesisConsumerRegistry {
  /** @internal */
  constructor(private readonly runner: ConsumerRunner) {}

  /** Every consumer. Handlers that are not `enabled`, and those of connections with `consumers: false`, are in none. */
  list(): KinesisConsumerInfo[] {
    return this.named().map(infoOf);
  }

  /** What consumers do, shard by shard. */
  status(name?: string): KinesisConsumerStatus[] {
    return this.named(name).map(statusOf);
  }

  /**
   * Starts consumers that are stopped, after a check of their streams and checkpointers: those of a connection with
   * `autoStart: false`, or those that {@link stop} has stopped. Resolves when they have begun to take part;
   * {@link ready} waits until they read.
   *
   * @throws KinesisError for a stream or checkpointer that cannot be used; ConsumerStoppedError for a consumer that is
   *   stopped meanwhile; KinesisAbortedError when the app shuts down
   */
  async start(name?: string): Promise<void> {
    await Promise.all(this.named(name).map((consumer) => this.runner.startOne(consumer)));
  }

  /**
   * Stops consumers: running handlers finish, within `shutdownTimeout`, what they did is checkpointed, and the leases
   * are given up. {@link start} starts them again.
   */
  async stop(name?: string): Promise<void> {
    await Promise.all(this.named(name).map((consumer) => consumer.stop(shutdownTimeout(consumer))));
  }

  /**
   * Starts no handler any more and reads nothing, until {@link resume}; what runs goes on. The leases are kept, so that no
   * other process goes on instead. A consumer that is not running stays as it is.
   */
  pause(name?: string): void {
    for (const consumer of this.named(name)) consumer.pause();
  }

  /** Goes on after {@link pause} or {@link drain}, and tries again what shards stand still at. */
  resume(name?: string): void {
    for (const consumer of this.named(name)) consumer.resume();
  }

  /**
   * Pauses, waits for the handlers that run, and checkpoints; {@link resume} goes on.
   *
   * @param name - of a consumer; all of them when absent
   * @param timeout - how long to wait at most, in milliseconds; default: the module's `shutdownTimeout`
   * @returns whether all handlers had finished and their checkpoints are stored
   */
  async drain(name?: string, timeout?: number): Promise<boolean> {
    const drained = this.named(name).map((consumer) => consumer.drain(timeout ?? shutdownTimeout(consumer)));
    return (await Promise.all(drained)).every(Boolean);
  }

  /**
   * Resolves when every shard that this process has got has found its starting position: from then on nothing that is
   * put is missed, also at `LATEST`. Without a name, consumers that are stopped are left out.
   *
   * @throws ConsumerStoppedError when the consumer is stopped, before or meanwhile; the reason of `signal`, when that aborts
   */
  async ready(name?: string, signal?: AbortSignal): Promise<void> {
    const consumers = this.named(name).filter(({ state }) => name !== undefined || state !== 'stopped');
    await Promise.all(consumers.map((consumer) => consumer.ready(signal)));
  }

  /**
   * Moves a stopped consumer: the next start, wherever it is, begins there. It may go back, then records are handled again,
   * or forward, then records are passed over. It rewrites the leases of the consumer's application on its stream, each
   * fenced, so that a worker that comes up meanwhile waits or is noticed; should it fail midway, ask again.
   *
   * @param name - of the consumer
   * @param position - for all its shards, or for each shard given; see {@link SeekPosition}
   * @throws ConsumerRunningError while the consumer is started here, or the leases show that a worker elsewhere renews them:
   *   a crashed worker's count as such for as long as its `sessionTimeout`, which this waits for; InvalidPositionError
   *   for a position that cannot be
   */
  async seek(name: string, position: SeekPosition): Promise<void> {
    await this.runner.consumer(name).seek(position);
  }

  private named(name?: string): Consumer[] {
    return name === undefined ? [...this.runner.consumers.values()] : [this.runner.consumer(name)];
  }
}

function shutdownTimeout({ plan }: Consumer): number {
  return plan.connection.engine.options.shutdownTimeout;
}

function infoOf({ plan, state }: Consumer): KinesisConsumerInfo {
  return {
    name: plan.name,
    connection: plan.connection.name,
    stream: plan.stream.name,
    streamName: plan.stream.streamName,
    application: plan.application,
    handlers: plan.handlers.map((handler) => handler.name),
    state,
  };
}

function statusOf(consumer: Consumer): KinesisConsumerStatus {
  const { status } = consumer;
  return { ready: false, shards: [], failures: [], ...status, ...infoOf(consumer) };
}
