import { jest } from '@jest/globals';
import {
  type KinesisClient,
  KinesisClient as SdkClient,
  ListStreamsCommand,
  PutRecordCommand,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { createClient } from '../../src/client/create-client.js';
import { LocalKinesis } from '../../src/testing/index.js';
import { TcpProxy } from '../support/tcp-proxy.js';

describe('createClient', () => {
  let kinesis: LocalKinesis;
  let proxy: TcpProxy;
  const clients: KinesisClient[] = [];

  beforeAll(async () => {
    kinesis = await LocalKinesis.start({ limits: 'none' });
  });

  afterAll(() => kinesis.stop());

  beforeEach(async () => {
    proxy = await TcpProxy.start(Number(new URL(kinesis.endpoint).port));
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await proxy.stop();
  });

  async function connectionsOf(client: KinesisClient, requests: number): Promise<number> {
    clients.push(client);
    for (let i = 0; i < requests; i++) await client.send(new ListStreamsCommand({}));
    return proxy.connections;
  }

  it('sends requests that follow each other over one connection', async () => {
    const client = createClient({ ...kinesis.clientConfig, endpoint: proxy.endpoint });

    await expect(connectionsOf(client, 10)).resolves.toBe(1);
  });

  it('is needed: the client the SDK builds by itself opens a connection for each request', async () => {
    const client = new SdkClient({ ...kinesis.clientConfig, endpoint: proxy.endpoint });

    await expect(connectionsOf(client, 10)).resolves.toBe(10);
  });

  it('opens more connections for requests at the same time, and uses them again', async () => {
    const client = createClient({ ...kinesis.clientConfig, endpoint: proxy.endpoint });
    clients.push(client);
    const burst = () => Promise.all(Array.from({ length: 5 }, () => client.send(new ListStreamsCommand({}))));

    await burst();
    const opened = proxy.connections;
    await burst();
    await burst();

    expect(opened).toBe(5);
    expect(proxy.connections).toBe(opened);
  });

  it('makes one attempt per call, so that a retry is never behind the back of the engine', async () => {
    const client = createClient({ ...kinesis.clientConfig, endpoint: proxy.endpoint });
    clients.push(client);
    await expect(client.config.maxAttempts()).resolves.toBe(1);
  });

  it('prints nothing of a call that failed: neither its records nor its error', async () => {
    const print = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const client = createClient({ ...kinesis.clientConfig, endpoint: proxy.endpoint });
    clients.push(client);

    const command = new PutRecordCommand({ StreamName: 'none', PartitionKey: 'k', Data: Buffer.from('x') });
    await expect(client.send(command)).rejects.toThrow('not found');

    expect(print).not.toHaveBeenCalled();
    print.mockRestore();
  });

  it('lets the configuration of the app win', async () => {
    const requestHandler = new NodeHttpHandler({});
    const client = createClient({ ...kinesis.clientConfig, requestHandler, maxAttempts: 4 });
    clients.push(client);

    expect(client.config.requestHandler).toBe(requestHandler);
    await expect(client.config.maxAttempts()).resolves.toBe(4);
  });
});
