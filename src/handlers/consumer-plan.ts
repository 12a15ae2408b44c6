import type { Handler } from '../delivery/handler.js';
import { KinesisConfigurationError } from '../errors.js';
import type { KinesisConnection, KinesisConnections } from '../kinesis-connection.js';
import { DEFAULT_CONNECTION } from '../kinesis.constants.js';
import { resolvePlacement } from '../options/handler-placement.js';
import { requireServices, resolveHandler } from '../options/resolve-handler.js';
import type { ResolvedStream } from '../options/resolve-options.js';
import type { DiscoveredHandler } from './handler-explorer.js';
import type { HandlerFactory } from './handler-factory.js';

/** The handlers of one stream, on one connection, for one application: they share leases, and a shard scheduler. */
export interface ConsumerPlan {
  /** What `KinesisConsumerRegistry` calls it. */
  readonly name: string;
  readonly connection: KinesisConnection;
  readonly stream: ResolvedStream;
  readonly application: string;
  readonly handlers: readonly Handler[];
}

/**
 * Sorts the app's handlers into consumers.
 *
 * @throws KinesisConfigurationError for a handler that names a connection or stream there is not, or has an option that
 *   cannot be, and for consumers that would get into each other's leases
 */
export function planConsumers(
  discovered: readonly DiscoveredHandler[],
  connections: KinesisConnections,
  factory: HandlerFactory,
): ConsumerPlan[] {
  const plans = new Map<string, ConsumerPlan & { handlers: Handler[] }>();
  for (const handler of discovered) {
    const { name: _name, application: own, connection: on, enabled, ...delivery } = handler.metadata.options;
    const where = `@KinesisConsumer on ${handler.name}`;
    const placement = resolvePlacement(where, { application: own, connection: on, enabled });
    if (!placement) continue;
    const connection = connectionOf(handler, placement.connection, connections);
    const { options } = connection.engine;
    if (!options.consumers) continue;
    const stream = options.streams.get(handler.metadata.stream);
    if (!stream) throw unknownStream(handler, connection);
    const application = placement.application ?? options.application;
    const key = JSON.stringify([connection.name, stream.name, application]);
    const plan = plans.get(key) ?? {
      name: consumerName(connection, stream, application),
      connection,
      stream,
      application,
      handlers: [],
    };
    const settings = resolveHandler(where, delivery, options.delivery);
    const { checkpointMode } = options.consumer;
    requireServices(where, settings, { ...connection, checkpointMode });
    plan.handlers.push(factory.createHandler(handler, settings, options.applyGlobalEnhancers));
    plans.set(key, plan);
  }
  refuseCollisions([...plans.values()]);
  for (const plan of plans.values()) refuseSharedMemories(plan);
  return [...plans.values()];
}

/** The stream's name, after that of its connection unless it is the default one, before an application of its own. */
function consumerName(connection: KinesisConnection, stream: ResolvedStream, application: string): string {
  const { name, engine } = connection;
  const prefix = name === DEFAULT_CONNECTION ? '' : `${name}/`;
  return `${prefix}${stream.name}${application === engine.options.application ? '' : `@${application}`}`;
}

function connectionOf(
  { name }: DiscoveredHandler,
  connection: string = DEFAULT_CONNECTION,
  connections: KinesisConnections,
): KinesisConnection {
  const found = connections.get(connection);
  if (found) return found;
  throw new KinesisConfigurationError(
    `${name} consumes on connection "${connection}", which no KinesisModule.forRoot has the name of ` +
      `(there is: ${connections.names.join(', ')}). Add it, or correct "connection" in @KinesisConsumer.`,
  );
}

/** Two that shared a lease would each get a part of the records, and move each other's checkpoints. */
function refuseCollisions(plans: readonly ConsumerPlan[]): void {
  plans.forEach((plan, i) => {
    const other = plans.slice(0, i).find((before) => before.name === plan.name || sharesLeases(before, plan));
    if (!other) return;
    throw new KinesisConfigurationError(
      other.name === plan.name
        ? `Two consumers would be named "${plan.name}". Rename the stream or connection of one.`
        : `Consumers "${other.name}" and "${plan.name}" would share leases: both keep those of application ` +
            `"${plan.application}" on a stream "${plan.stream.streamName}" in the same checkpointer. Give one an ` +
            'application or a checkpointer of its own, or let both use one name of the stream.',
    );
  });
}

/** What one of them has handled the other would not get: the memory of handled records is that of a name. */
function refuseSharedMemories({ name: consumer, handlers }: ConsumerPlan): void {
  const remembering = handlers.filter(({ deduplicate }) => deduplicate).map(({ name }) => name);
  const shared = remembering.find((name, i) => remembering.indexOf(name) < i);
  if (shared === undefined) return;
  throw new KinesisConfigurationError(
    `Consumer "${consumer}" has several handlers named "${shared}" with "deduplicate": what one has handled, the other ` +
      'would not get. Give each a "name" of its own in @KinesisConsumer.',
  );
}

function sharesLeases(a: ConsumerPlan, b: ConsumerPlan): boolean {
  return (
    a.connection.checkpointer === b.connection.checkpointer &&
    a.application === b.application &&
    a.stream.streamName === b.stream.streamName
  );
}

function unknownStream(
  { name, metadata }: DiscoveredHandler,
  connection: KinesisConnection,
): KinesisConfigurationError {
  const configured = [...connection.engine.options.streams.keys()].join(', ') || 'none';
  return new KinesisConfigurationError(
    `${name} consumes stream "${metadata.stream}", which is not in the "streams" option of KinesisModule ` +
      `(configured: ${configured}). Add it there, or correct the name in @KinesisConsumer.`,
  );
}
