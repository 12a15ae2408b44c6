import { cbor } from '@smithy/core/cbor';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { KinesisServer } from '../../../../src/testing/local-kinesis/server/kinesis-server.js';
import { sendRaw } from './raw-http.js';
import { ScriptedExecutor } from './scripted-executor.js';

const JSON_TYPE = 'application/x-amz-json-1.1';
const CBOR_TYPE = 'application/x-amz-cbor-1.1';
const HEADERS = { 'content-type': JSON_TYPE, 'x-amz-target': 'Kinesis_20131202.ListStreams' };
const MAX_BODY = 1000;

let executor: ScriptedExecutor;
let server: KinesisServer;

beforeEach(async () => {
  executor = new ScriptedExecutor().on('ListStreams', () => ({ StreamNames: [], HasMoreStreams: false }));
  server = await KinesisServer.start({ executor, maxBodyBytes: MAX_BODY, requestTimeout: 100 });
});

afterEach(async () => {
  await server.stop();
});

async function post(
  headers: Record<string, string>,
  body: string | Buffer = '{}',
  method = 'POST',
): Promise<Response> {
  return fetch(`http://127.0.0.1:${server.port}/`, {
    method,
    headers,
    ...(method === 'GET' ? {} : { body }),
  });
}

async function expectServing(): Promise<void> {
  const response = await post(HEADERS);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ StreamNames: [], HasMoreStreams: false });
}

describe('a request the service would not take', () => {
  it.each<[string, number, string, () => Promise<Response>]>([
    ['with another method', 403, 'AccessDeniedException', () => post(HEADERS, '', 'GET')],
    ['to delete', 403, 'AccessDeniedException', () => post(HEADERS, '', 'DELETE')],
    [
      'without a content type',
      404,
      'UnknownOperationException',
      () => post({ ...HEADERS, 'content-type': '' }),
    ],
    [
      'of another content type',
      404,
      'UnknownOperationException',
      () => post({ ...HEADERS, 'content-type': 'text/xml' }),
    ],
    ['without a target', 400, 'UnknownOperationException', () => post({ 'content-type': JSON_TYPE })],
    [
      'for another service',
      400,
      'UnknownOperationException',
      () => post({ ...HEADERS, 'x-amz-target': 'DynamoDB_20120810.ListTables' }),
    ],
    [
      'for a strange operation',
      400,
      'UnknownOperationException',
      () => post({ ...HEADERS, 'x-amz-target': 'Kinesis_20131202.__proto__' }),
    ],
    ['without a body', 400, 'SerializationException', () => post(HEADERS, '')],
    ['that is no JSON', 400, 'SerializationException', () => post(HEADERS, '{"StreamName":')],
    [
      'with a body too long',
      413,
      'RequestEntityTooLargeException',
      () => post(HEADERS, ' '.repeat(MAX_BODY + 1)),
    ],
  ])('%s is answered with %i %s', async (_what, status, code, send) => {
    const response = await send();

    expect(response.status).toBe(status);
    expect(response.headers.get('x-amzn-errortype')).toBe(code);
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await response.json()).toEqual({ __type: code, message: expect.any(String) as string });
    expect(executor.calls).toEqual([]);
    await expectServing();
  });

  it('is refused in CBOR when it came in CBOR', async () => {
    const response = await post({ ...HEADERS, 'content-type': CBOR_TYPE }, Buffer.from([0x80]));

    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe(CBOR_TYPE);
    expect(cbor.deserialize(new Uint8Array(await response.arrayBuffer()))).toMatchObject({
      __type: 'SerializationException',
    });
  });
});

describe('the longest body', () => {
  it('is accepted, and in pieces one byte more is not', async () => {
    const longest = `{}${' '.repeat(MAX_BODY - 2)}`;

    expect((await post(HEADERS, longest)).status).toBe(200);
    const chunked = (body: string): Promise<Response> =>
      fetch(`http://127.0.0.1:${server.port}/`, {
        method: 'POST',
        headers: HEADERS,
        body: new Blob([body]).stream(),
        duplex: 'half',
      });
    expect((await chunked(longest)).status).toBe(200);
    expect((await chunked(`${longest} `)).status).toBe(413);
  });
});

describe('bytes that are no complete request', () => {
  const head = `POST / HTTP/1.1\r\nhost: x\r\ncontent-type: ${JSON_TYPE}\r\nx-amz-target: Kinesis_20131202.ListStreams\r\n`;

  it.each([
    ['a body that does not end', 408, `${head}content-length: 10\r\n\r\n{}`],
    ['a chunked body that does not end', 408, `${head}transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n`],
    ['a head that does not end', 408, head],
    ['the beginning of HTTP/2', 408, 'PRI * HT'],
    ['a chunk of strange length', 400, `${head}transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n`],
    ['two lengths', 400, `${head}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`],
    ['a head without an end in sight', 400, `${head}x: ${'y'.repeat(100_000)}`],
    ['another protocol', 400, '\u0016\u0003\u0001\u0002\u0000hello\r\n\r\n'],
  ])('(%s) are answered with %i', async (_what, status, bytes) => {
    const answer = await sendRaw(server.port, bytes);

    expect(answer?.status).toBe(status);
    expect(answer?.headers).toMatch(/^x-amzn-errortype: \w+$/m);
    expect(JSON.parse(answer?.body.toString() ?? '')).toHaveProperty('__type');
    await expectServing();
  });

  it('are understood when they come one by one', async () => {
    const socket = connect(server.port, '127.0.0.1').setNoDelay(true);
    const answered = once(socket, 'data');
    for (const byte of Buffer.from(`${head}content-length: 2\r\n\r\n{}`)) {
      socket.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }

    expect(String((await answered)[0])).toMatch(/^HTTP\/1.1 200/);
    socket.destroy();
  });
});

describe('a client that leaves', () => {
  it('in the middle of its body does no harm', async () => {
    for (let round = 0; round < 20; round++) {
      const socket = connect(server.port, '127.0.0.1');
      await once(socket, 'connect');
      const head = `POST / HTTP/1.1\r\nhost: x\r\ncontent-type: ${JSON_TYPE}\r\nx-amz-target: Kinesis_20131202.ListStreams\r\n`;
      socket.write(`${head}content-length: 500\r\n\r\n{"a":`);
      await new Promise((resolve) => setImmediate(resolve));
      socket.resetAndDestroy();
    }

    await expectServing();
    expect(executor.calls).toHaveLength(1);
  });
});

describe('over HTTP/2', () => {
  const request = async (body: string, end: boolean, head: object = HEADERS): Promise<number> => {
    const session = connectHttp2(`http://127.0.0.1:${server.port}`);
    const stream = session.request({ ':method': 'POST', ':path': '/', ...head });
    stream.on('error', () => undefined);
    if (end) stream.end(body);
    else stream.write(body);
    const [headers] = (await once(stream, 'response')) as [{ ':status': number }];
    stream.resume();
    session.destroy();
    return headers[':status'];
  };

  it('a body too long is answered with 413', async () => {
    await expect(request(' '.repeat(MAX_BODY + 1), true)).resolves.toBe(413);
    await expectServing();
  });

  it('what cannot be routed is answered when its body is there', async () => {
    await server.stop();
    server = await KinesisServer.start({ executor });
    // Node's client takes no answer while it has this much still to send.
    const body = ' '.repeat(13 * 1024 * 1024);
    const unrouted = { 'x-amz-target': 'nonsense', 'content-length': body.length };

    await expect(request(body, true, { ...HEADERS, ...unrouted })).resolves.toBe(400);
    await expectServing();
  });

  it('a body that does not end is answered with 408', async () => {
    await expect(request('{', false)).resolves.toBe(408);
    await expectServing();
  });

  it('garbage after the preface does no harm', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(`PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${'garbage'.repeat(100)}`);
    await once(socket.resume(), 'close');

    await expectServing();
  });
});

describe('the health endpoint', () => {
  it.each(['/health', '/healthcheck', '/health?x=1'])('answers on %s', async (path) => {
    expect((await fetch(`http://127.0.0.1:${server.port}${path}`)).status).toBe(200);
  });
});

describe('an idle connection', () => {
  it('stays open longer than a request may take', async () => {
    const socket = connect(server.port, '127.0.0.1');
    const head = `POST / HTTP/1.1\r\nhost: x\r\ncontent-type: ${JSON_TYPE}\r\nx-amz-target: Kinesis_20131202.ListStreams\r\n`;
    for (let round = 0; round < 2; round++) {
      socket.write(`${head}content-length: 2\r\n\r\n{}`);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString()).toMatch(/^HTTP\/1.1 200/);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    expect(socket.closed).toBe(false);
    socket.destroy();
  });
});
