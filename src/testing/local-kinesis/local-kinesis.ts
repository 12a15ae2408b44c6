import { KinesisClient, type KinesisClientConfig } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { isIPv6 } from 'node:net';
import { type Clock } from '../../runtime/clock.js';
import { type Random } from '../../runtime/random.js';
import { SystemClock } from '../../runtime/system-clock.js';
import { SystemRandom } from '../../runtime/system-random.js';
import { SeededRandom } from '../seeded-random.js';
import { ServiceError } from './engine/service-error.js';
import { LocalKinesisClient } from './client.js';
import { type InspectedRecord, LocalKinesisEngine } from './engine/engine.js';
import { type OperationExecutor, type OperationInput, type OperationOutput } from './engine/operation.js';
import { FaultInjector } from './faults/fault-injector.js';
import { type FaultHandle, type FaultRule } from './faults/fault-rule.js';
import { type LocalKinesisOptions, type LocalStream, type LocalTls } from './local-kinesis-options.js';
import { mergeShards, splitShard } from './resharding.js';
import { restoreFrom, saveTo } from './persistence.js';
import { KinesisServer, type KinesisServerOptions } from './server/kinesis-server.js';
import { selfSignedCertificate } from './server/self-signed-certificate.js';

/** What any client of the SDK needs to talk to a local Kinesis. */
export interface LocalClientConfig {
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/**
 * Amazon Kinesis Data Streams on this machine, for tests and development: the service's operations with its limits,
 * its errors and its faults, in memory.
 *
 * @example
 * ```ts
 * const kinesis = await LocalKinesis.start({ streams: { orders: { shards: 4 } } });
 * await kinesis.client().send(new PutRecordCommand({ StreamName: 'orders', PartitionKey: 'a', Data: bytes }));
 * kinesis.records('orders'); // [{ shardId, sequenceNumber, partitionKey, data, … }]
 * await kinesis.stop();
 * ```
 */
export class LocalKinesis implements OperationExecutor {
  /** Where it answers over HTTP/1.1 and HTTP/2, e.g. `http://127.0.0.1:4567`. */
  readonly endpoint: string;
  /** Where it answers with TLS, e.g. `https://127.0.0.1:4568`; undefined without {@link LocalKinesisOptions.tls}. */
  readonly tlsEndpoint: string | undefined;
  /** Region, endpoint and credentials (dummies: nothing checks them) for a client of your own. */
  readonly clientConfig: LocalClientConfig;

  private readonly clients = new Set<KinesisClient>();
  private stopped: Promise<void> | undefined;

  private constructor(
    private readonly engine: LocalKinesisEngine,
    private readonly injector: FaultInjector,
    private readonly server: KinesisServer,
    private readonly options: LocalKinesisOptions & { readonly region: string; readonly host: string },
    /** The certificate (PEM) that clients of {@link tlsEndpoint} must trust; undefined without TLS. */
    readonly certificate: string | undefined,
  ) {
    const { region, host } = options;
    const reachable = reachableHost(host);
    this.endpoint = `http://${reachable}:${server.port}`;
    this.tlsEndpoint = server.tlsPort === undefined ? undefined : `https://${reachable}:${server.tlsPort}`;
    this.clientConfig = {
      region,
      endpoint: this.endpoint,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    };
  }

  /**
   * Starts a local Kinesis with its streams active. Each call gives one of its own, with its own port.
   *
   * @throws the system's error where the port cannot be had (`EADDRINUSE`) or the file of
   *   {@link LocalKinesisOptions.persist} could not be written (`ENOENT`, `EACCES`); ServiceError for a stream the
   *   service would not create; RangeError for a limit that does not exist or is no number; Error where TLS is asked
   *   for and no certificate can be made, or the file holds something else.
   */
  static async start(options: LocalKinesisOptions = {}): Promise<LocalKinesis> {
    const { region = 'us-east-1', host = '127.0.0.1', clock = new SystemClock() } = options;
    const engine = new LocalKinesisEngine({
      clock,
      random: randomOf(options.seed),
      region,
      ...(options.limits === undefined ? {} : { limits: options.limits }),
    });
    // Of its own, so that adding a fault changes nothing else in a run that is repeated.
    const injector = new FaultInjector(engine, { clock, random: randomOf(options.seed, 1) });
    try {
      if (options.persist !== undefined) await restoreFrom(options.persist, engine);
      await createStreams(engine, options.streams ?? {});
      const tls = await tlsOptions(options.tls);
      const server = await KinesisServer.start(serverOptions(injector, clock, host, options.port, tls));
      return new LocalKinesis(engine, injector, server, { ...options, region, host }, tls?.cert);
    } catch (error) {
      engine.close();
      throw error;
    }
  }

  /**
   * A client of the SDK that talks to this local Kinesis over HTTP/1.1 connections it keeps alive. `stop()` destroys
   * it.
   *
   * @param config - anything to set otherwise
   */
  client(config: KinesisClientConfig = {}): KinesisClient {
    const requestHandler = new NodeHttpHandler({ httpAgent: { keepAlive: true, maxSockets: Infinity } });
    const client = new KinesisClient({ ...this.clientConfig, requestHandler, ...config });
    this.clients.add(client);
    return client;
  }

  /**
   * The same without HTTP: has the SDK client's `send()` and `destroy()`, calls the engine directly and so works with
   * a virtual clock that stands still. It does not retry.
   */
  inProcessClient(): LocalKinesisClient {
    return new LocalKinesisClient(this);
  }

  /**
   * Makes calls go wrong, whichever way they come in, until the handle that is returned is removed.
   *
   * @example
   * ```ts
   * kinesis.faults({ operation: 'PutRecords', shardId, error: 'ProvisionedThroughputExceededException', times: 3 });
   * ```
   * @throws RangeError for a rule that could not do what it says
   */
  faults(rule: FaultRule): FaultHandle {
    return this.injector.add(rule);
  }

  /** Removes every fault. */
  clearFaults(): void {
    this.injector.clear();
  }

  /**
   * Runs an operation without HTTP, e.g. `execute('PutRecord', { StreamName, PartitionKey, Data })`.
   *
   * @throws ServiceError for what the service would answer
   */
  execute(operation: string, input: OperationInput, signal?: AbortSignal): Promise<OperationOutput> {
    return this.injector.execute(operation, input, signal);
  }

  /**
   * Every record a stream holds, by shard and in the order of the sequence numbers.
   *
   * @throws ServiceError `ResourceNotFoundException` when there is no such stream
   */
  records(streamName: string): InspectedRecord[] {
    return [...this.engine.records(streamName)];
  }

  /**
   * Splits a shard in two.
   *
   * @param shardId - an open shard; default: the open shard with the widest range of hash keys
   * @param newStartingHashKey - where the upper child begins; default: in the middle
   * @returns the ids of the children, the lower one first
   * @throws ServiceError for what the service would refuse
   */
  split(streamName: string, shardId?: string, newStartingHashKey?: string): Promise<string[]> {
    return splitShard(this.engine, streamName, shardId, newStartingHashKey);
  }

  /**
   * Merges two adjacent shards.
   *
   * @param shardId - an open shard; default: the first
   * @param adjacentShardId - its neighbour; default: the next one upwards
   * @returns the id of the child
   * @throws ServiceError for what the service would refuse
   */
  merge(streamName: string, shardId?: string, adjacentShardId?: string): Promise<string> {
    return mergeShards(this.engine, streamName, shardId, adjacentShardId);
  }

  /**
   * Closes the ports and all connections, destroys the clients, and forgets the streams or writes them to the file of
   * {@link LocalKinesisOptions.persist}. Stopping twice does nothing more.
   *
   * @throws the system's error where the file cannot be written
   */
  stop(): Promise<void> {
    this.stopped ??= this.shutDown();
    return this.stopped;
  }

  private async shutDown(): Promise<void> {
    for (const client of this.clients) client.destroy();
    this.clients.clear();
    await this.server.stop();
    try {
      if (this.options.persist !== undefined) await saveTo(this.options.persist, this.engine);
    } finally {
      this.engine.close();
    }
  }
}

/** As URLs name the address of a server that listens on `host`. */
function reachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return isIPv6(host) ? `[${host}]` : host;
}

async function createStreams(
  engine: LocalKinesisEngine,
  streams: Readonly<Record<string, LocalStream>>,
): Promise<void> {
  for (const [StreamName, { onDemand = false, shards }] of Object.entries(streams)) {
    const ShardCount = shards ?? (onDemand ? undefined : 1);
    const request = {
      StreamName,
      StreamModeDetails: { StreamMode: onDemand ? 'ON_DEMAND' : 'PROVISIONED' },
      ...(ShardCount === undefined ? {} : { ShardCount }),
    };
    await engine.arrange('CreateStream', request).catch((error: unknown) => {
      // It came back from a file: whoever kept it wants it as it is.
      if (!(error instanceof ServiceError && error.code === 'ResourceInUseException')) throw error;
    });
  }
}

function randomOf(seed: number | undefined, offset = 0): Random {
  return seed === undefined ? new SystemRandom() : new SeededRandom(seed + offset);
}

async function tlsOptions(
  tls: boolean | LocalTls | undefined,
): Promise<KinesisServerOptions['tls'] | undefined> {
  if (tls === undefined || tls === false) return undefined;
  const { cert, key, port = 0 } = tls === true ? {} : tls;
  if ((cert === undefined) !== (key === undefined))
    throw new TypeError('TLS needs both cert and key, or neither.');
  const pair = cert === undefined || key === undefined ? await selfSignedCertificate() : { cert, key };
  return { ...pair, port };
}

function serverOptions(
  executor: OperationExecutor,
  clock: Clock,
  host: string,
  port: number | undefined,
  tls: KinesisServerOptions['tls'] | undefined,
): KinesisServerOptions {
  return {
    executor,
    host,
    port: port ?? 0,
    wallTime: () => clock.wallTime(),
    ...(tls === undefined ? {} : { tls }),
  };
}
