import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  createServer as createHttp2Server,
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2';
import type { AddressInfo, Server } from 'node:net';

type Body = string | Buffer;

/** What a server answers to the body of an operation. */
export type CannedAnswers = (operation: string, body: Buffer) => Body | Promise<Body>;

/** Makes this process a Kinesis that knows no more than these answers, and sends its ports to the parent process. */
export async function listen(answers: CannedAnswers): Promise<void> {
  const answer = (
    request: IncomingMessage | Http2ServerRequest,
    response: ServerResponse | Http2ServerResponse,
  ): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
      const body = answers(operation, Buffer.concat(chunks));
      if (body instanceof Promise) void body.then((late) => send(response, late));
      else send(response, body);
    });
  };
  const { BENCH_CERT: cert, BENCH_KEY: key } = process.env;
  if (cert === undefined || key === undefined) throw new Error('the canned server needs a certificate');
  const ports = {
    http1: await port(createServer({ keepAliveTimeout: 600_000 }, answer)),
    http2: await port(createHttp2Server(answer)),
    tls: await port(createSecureServer({ cert, key, allowHTTP1: true }, answer)),
  };
  process.send?.(ports);
}

function send(response: ServerResponse | Http2ServerResponse, body: Body): void {
  response.setHeader('content-type', 'application/x-amz-json-1.1');
  response.setHeader('x-amzn-requestid', '00000000-0000-0000-0000-000000000000');
  response.setHeader('content-length', Buffer.byteLength(body));
  response.end(body);
}

async function port(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
