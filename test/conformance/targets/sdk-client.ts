import { KinesisClient, type KinesisClientConfig } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';

const CREDENTIALS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };

/** The SDK's client for a local endpoint, with the SDK's own transport: HTTP/2. */
export function http2Client(endpoint: string, config: KinesisClientConfig = {}): KinesisClient {
  return new KinesisClient({
    endpoint,
    region: 'us-east-1',
    credentials: CREDENTIALS,
    maxAttempts: 1,
    ...config,
  });
}

/** The same over HTTP/1.1, for servers that speak nothing else. */
export function http1Client(endpoint: string): KinesisClient {
  return http2Client(endpoint, { requestHandler: new NodeHttpHandler({}) });
}
