import { createServer as createHttp1Server, type Server as Http1Server } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import { type Socket } from 'node:net';
import { type Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { type NodeRequest, type RequestListener } from './exchange.js';
import { StalledHeads } from './stalled-heads.js';

/** How every HTTP/2 connection with prior knowledge begins, and no HTTP/1.1 request does. */
const HTTP2_PREFACE = Buffer.from('PRI * HTTP/2.0');

/** Bytes of request bodies a client may have under way: Node's default of 64 KiB makes big PutRecords crawl. */
const WINDOW_BYTES = 16 * 1024 * 1024;

/** Serves HTTP/1.1 and HTTP/2 on sockets that somebody else accepted, telling them apart by their first bytes. */
export class ProtocolSwitch {
  private readonly http1: Http1Server;
  private readonly http2: Http2Server;
  private readonly heads: StalledHeads;
  /** The sockets under HTTP/2 sessions, which themselves only lend out a proxy. */
  private readonly sessionSockets = new WeakMap<object, Socket>();

  /** @param headTimeout - milliseconds until an HTTP/1.1 request whose head does not end is answered with 408 */
  constructor(listener: RequestListener, headTimeout: number) {
    this.heads = new StalledHeads(headTimeout, (socket) =>
      answerRaw(socket, '408 Request Timeout', 'RequestTimeoutException'),
    );
    this.http1 = createHttp1Server({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 });
    this.http1.on('request', (request, response) => {
      this.heads.requestArrived(request.socket);
      response.once('close', () => this.heads.requestAnswered(request.socket));
      listener(request, response);
    });
    this.http1.on('clientError', (_error, socket) =>
      answerRaw(socket, '400 Bad Request', 'SerializationException'),
    );
    // Without a listener Node destroys connections that are merely idle.
    this.http1.on('timeout', () => undefined);
    this.http2 = createHttp2Server({ settings: { initialWindowSize: WINDOW_BYTES } }, listener);
    this.http2.on('session', (session) => session.setLocalWindowSize(WINDOW_BYTES));
    this.http2.on('sessionError', () => undefined);
  }

  /** Takes over a fresh connection. */
  accept(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    socket.setNoDelay(true);
    if (socket instanceof TLSSocket && socket.alpnProtocol === 'h2') {
      this.acceptHttp2(socket);
      return;
    }
    this.heads.watch(socket);
    this.sniff(socket, Buffer.alloc(0));
  }

  /** Resets the connection a request came over, so that its client sees a failure and not just an early end. */
  cut(request: NodeRequest): void {
    const socket =
      'stream' in request ? this.sessionSockets.get(request.stream.session ?? this) : request.socket;
    if (socket === undefined || socket instanceof TLSSocket) socket?.destroy();
    else socket.resetAndDestroy();
  }

  private sniff(socket: Socket, seen: Buffer): void {
    socket.once('readable', () => {
      const chunk = socket.read() as Buffer | null;
      const start = chunk === null ? seen : Buffer.concat([seen, chunk]);
      const length = Math.min(start.length, HTTP2_PREFACE.length);
      const isPreface = HTTP2_PREFACE.subarray(0, length).equals(start.subarray(0, length));
      if (isPreface && length < HTTP2_PREFACE.length && chunk !== null) {
        this.sniff(socket, start);
        return;
      }
      if (start.length > 0) socket.unshift(start);
      if (isPreface && start.length > 0) this.acceptHttp2(socket);
      else this.http1.emit('connection', socket);
    });
  }

  private acceptHttp2(socket: Socket): void {
    socket.setTimeout(0);
    this.http2.once('session', (session) => this.sessionSockets.set(session, socket));
    this.http2.emit('connection', socket);
  }
}

/** Answers what cannot be answered as a request because it never became one. */
function answerRaw(socket: Duplex, status: string, code: string): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify({
    __type: code,
    message: 'The bytes received are not a complete HTTP request',
  });
  const head = [
    `HTTP/1.1 ${status}`,
    'content-type: application/x-amz-json-1.1',
    `x-amzn-errortype: ${code}`,
    `content-length: ${body.length}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
