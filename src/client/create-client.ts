import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { KinesisClient, type KinesisClientConfig } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** As the KPL's `ConnectTimeout`: 6 s. */
const CONNECTION_TIMEOUT = 6_000;

/** As the KCL's time limit for polling calls: 30 s. */
const REQUEST_TIMEOUT = 30_000;

/** Connections at most; the SDK's own default of 50 would queue the readers of a larger stream. */
const MAX_SOCKETS = 256;

/**
 * A logger without `info`: with one, the SDK walks every record of every call to filter its log. And without `error`:
 * the SDK would log the input of every failed call, records and all, while the failure reaches its caller anyway.
 */
const logger = {
  debug: () => undefined,
  warn: (...content: unknown[]) => console.warn(...content),
  error: () => undefined,
};

/**
 * Builds a client whose connections are kept and reused, which the SDK's default transport does not do: it opens a
 * TLS session for each request. Whatever `config` sets wins.
 *
 * The client makes one attempt per call: this package's own retries keep order and count what may be duplicated.
 */
export function createClient(config: KinesisClientConfig): KinesisClient {
  const agent = { keepAlive: true, maxSockets: MAX_SOCKETS };
  return new KinesisClient({
    maxAttempts: 1,
    logger: logger as unknown as NonNullable<KinesisClientConfig['logger']>,
    ...config,
    requestHandler:
      config.requestHandler ??
      new NodeHttpHandler({
        httpAgent: new HttpAgent(agent),
        httpsAgent: new HttpsAgent(agent),
        connectionTimeout: CONNECTION_TIMEOUT,
        requestTimeout: REQUEST_TIMEOUT,
        throwOnRequestTimeout: true,
      }),
  });
}
