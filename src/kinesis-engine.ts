import { KinesisClient } from '@aws-sdk/client-kinesis';
import type { Checkpointer } from './checkpointers/checkpointer.js';
import { MemoryCheckpointer } from './checkpointers/memory-checkpointer.js';
import { createClient } from './client/create-client.js';
import type { KinesisGateway } from './client/kinesis-gateway.js';
import { SdkKinesisGateway } from './client/sdk-kinesis-gateway.js';
import type { KinesisEvents } from './handlers/kinesis-events.js';
import type { KinesisModuleOptions } from './kinesis.options.js';
import { type EventLog, logEvent } from './observability/event-logger.js';
import type { KinesisEvent } from './observability/kinesis-event.js';
import { type ResolvedOptions, resolveOptions } from './options/resolve-options.js';
import type { Clock } from './runtime/clock.js';
import type { Random } from './runtime/random.js';
import { SystemClock } from './runtime/system-clock.js';
import { SystemRandom } from './runtime/system-random.js';
import { MAX_FETCHES, ReadBudget } from './scheduler/read-budget.js';

export interface KinesisEngineContext {
  /** The connection's name. */
  readonly connection: string;
  readonly log: EventLog;
  readonly events: KinesisEvents;
  /** Whether what is only good for first steps is refused. */
  readonly production: boolean;
}

/** What the producer and the consumers of a connection share: checked options, client, time, reports. */
export class KinesisEngine {
  readonly connection: string;
  readonly log: EventLog;
  readonly production: boolean;
  readonly options: ResolvedOptions;
  readonly clock: Clock = new SystemClock();
  readonly random: Random = new SystemRandom();
  readonly gateway: KinesisGateway;
  /** What the readers of all streams may hold together. */
  readonly readBudget: ReadBudget;
  private readonly client: KinesisClient;
  private readonly ownsClient: boolean;
  private readonly events: KinesisEvents;
  private defaultCheckpointer: MemoryCheckpointer | undefined;

  /** @throws KinesisConfigurationError for options that cannot work */
  constructor(options: KinesisModuleOptions, context: KinesisEngineContext) {
    this.connection = context.connection;
    this.log = context.log;
    this.production = context.production;
    this.events = context.events;
    this.options = resolveOptions(options);
    const { maxQueueBytes, maxQueueSize } = this.options.consumer;
    this.readBudget = new ReadBudget({
      maxBytes: maxQueueBytes,
      maxRecords: maxQueueSize,
      maxFetches: MAX_FETCHES,
    });
    const { client } = options;
    this.ownsClient = !isClient(client);
    this.client = isClient(client) ? client : createClient(client ?? {});
    this.gateway = new SdkKinesisGateway(this.client, this.clock);
  }

  readonly report = (event: KinesisEvent): void => {
    this.logEvent(event);
    this.events.emit(event, this.connection, (hook, error) => this.onHookFailed(event, hook, error));
  };

  createDefaultCheckpointer(): Checkpointer {
    this.defaultCheckpointer ??= new MemoryCheckpointer();
    return this.defaultCheckpointer;
  }

  isDefaultCheckpointer(checkpointer: Checkpointer): boolean {
    return checkpointer === this.defaultCheckpointer;
  }

  /** Closes the client's connections; a client the app made stays open. */
  close(): void {
    if (this.ownsClient) this.client.destroy();
  }

  private logEvent(event: KinesisEvent): void {
    try {
      logEvent(this.log, event);
    } catch {
      // A shard must not stop because the app's log does; and there is nowhere to say so.
    }
  }

  private onHookFailed({ type, stream }: KinesisEvent, hook: string, error: unknown): void {
    const failure: KinesisEvent = { type: 'hook-failed', hook, stream, error };
    // One that fails at the news of failures would fail at its own.
    if (type === 'hook-failed') this.logEvent(failure);
    else this.report(failure);
  }
}

/** By shape, so that a client of another copy of the SDK is known as one, too. */
function isClient(client: KinesisModuleOptions['client']): client is KinesisClient {
  return (
    client instanceof KinesisClient || typeof (client as { send?: unknown } | undefined)?.send === 'function'
  );
}
