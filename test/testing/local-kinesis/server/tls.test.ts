import { DescribeLimitsCommand, KinesisClient, type KinesisClientConfig } from '@aws-sdk/client-kinesis';
import { NodeHttp2Handler, NodeHttpHandler } from '@smithy/node-http-handler';
import { Agent } from 'node:https';
import { connect } from 'node:net';
import { once } from 'node:events';
import { KinesisServer } from '../../../../src/testing/local-kinesis/server/kinesis-server.js';
import {
  type CertificatePair,
  selfSignedCertificate,
} from '../../../../src/testing/local-kinesis/server/self-signed-certificate.js';
import { ScriptedExecutor } from './scripted-executor.js';

describe('the server with TLS', () => {
  let certificate: CertificatePair;
  let server: KinesisServer;

  beforeAll(async () => {
    certificate = await selfSignedCertificate();
    const executor = new ScriptedExecutor().on('DescribeLimits', () => ({ OpenShardCount: 7 }));
    server = await KinesisServer.start({ executor, tls: certificate });
  });

  afterAll(async () => {
    await server.stop();
  });

  it.each<[string, () => Partial<KinesisClientConfig>]>([
    [
      'HTTP/1.1',
      () => ({ requestHandler: new NodeHttpHandler({ httpsAgent: new Agent({ ca: certificate.cert }) }) }),
    ],
    [
      'HTTP/2',
      () => ({ requestHandler: new NodeHttp2Handler({ nodeHttp2ConnectOptions: { ca: certificate.cert } }) }),
    ],
  ])('serves the SDK over %s, to a client that trusts the certificate', async (_name, transport) => {
    const client = new KinesisClient({
      region: 'us-east-1',
      endpoint: `https://localhost:${server.tlsPort}`,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
      ...transport(),
    });

    await expect(client.send(new DescribeLimitsCommand({}))).resolves.toMatchObject({ OpenShardCount: 7 });
    client.destroy();
  });

  it('survives a client that does not speak TLS', async () => {
    const socket = connect(server.tlsPort ?? 0, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('POST / HTTP/1.1\r\n\r\n');
    await once(socket.resume(), 'close');

    const response = await fetch(`http://127.0.0.1:${server.port}/health`);

    expect(response.status).toBe(200);
  });
});
