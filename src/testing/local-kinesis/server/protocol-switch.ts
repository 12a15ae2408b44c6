import { createServer as createHttp1Server, type Server as Http1Server } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import { type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type NodeRequest, type RequestListener } from './exchange.js';

/** How every HTTP/2 connection with prior knowledge begins, and no HTTP/1.1 request does. */
const HTTP2_PREFACE = Buffer.from('PRI * HTTP/2.0');

/** Bytes of request bodies a client may have under way: Node's default of 64 KiB makes big PutRecords crawl. */
const WINDOW_BYTES = 16 * 1024 * 1024;

/** Serves HTTP/1.1 and HTTP/2 on sockets that somebody else accepted, telling them apart by their first bytes. */
export class ProtocolSwitch {
  private readonly http1: Http1Server;
  private readonly http2: Http2Server;
  /** The sockets under HTTP/2 sessions, which themselves only lend out a proxy. */
  private readonly sessionSockets = new WeakMap<object, Socket>();

  constructor(listener: RequestListener) {
    this.http1 = createHttp1Server({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 }, listener);
    this.http1.on('clientError', (_error, socket) => {
      if (socket.writable) socket.end(MALFORMED_REQUEST);
      else socket.destroy();
    });
    this.http2 = createHttp2Server({ settings: { initialWindowSize: WINDOW_BYTES } }, listener);
    this.http2.on('session', (session) => session.setLocalWindowSize(WINDOW_BYTES));
    this.http2.on('sessionError', () => undefined);
  }

  /** Resets the connection a request came over, so that its client sees a failure and not just an early end. */
  cut(request: NodeRequest): void {
    const socket =
      'stream' in request ? this.sessionSockets.get(request.stream.session ?? this) : request.socket;
    if (socket === undefined || socket instanceof TLSSocket) socket?.destroy();
    else socket.resetAndDestroy();
  }

  /** Takes over a fresh connection. */
  accept(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    socket.setNoDelay(true);
    if (socket instanceof TLSSocket && socket.alpnProtocol === 'h2') this.acceptHttp2(socket);
    else this.sniff(socket, Buffer.alloc(0));
  }

  private sniff(socket: Socket, seen: Buffer): void {
    socket.once('readable', () => {
      const chunk = socket.read() as Buffer | null;
      const start = chunk === null ? seen : Buffer.concat([seen, chunk]);
      const length = Math.min(start.length, HTTP2_PREFACE.length);
      const isPreface = HTTP2_PREFACE.subarray(0, length).equals(start.subarray(0, length));
      if (isPreface && length < HTTP2_PREFACE.length && !socket.readableEnded && chunk !== null) {
        this.sniff(socket, start);
        return;
      }
      if (start.length > 0) socket.unshift(start);
      if (isPreface) this.acceptHttp2(socket);
      else this.http1.emit('connection', socket);
    });
  }

  private acceptHttp2(socket: Socket): void {
    this.http2.once('session', (session) => this.sessionSockets.set(session, socket));
    this.http2.emit('connection', socket);
  }
}

const MALFORMED_BODY = JSON.stringify({
  __type: 'SerializationException',
  message: 'Malformed HTTP request',
});
const MALFORMED_REQUEST = [
  'HTTP/1.1 400 Bad Request',
  'content-type: application/x-amz-json-1.1',
  'x-amzn-errortype: SerializationException',
  `content-length: ${MALFORMED_BODY.length}`,
  'connection: close',
  '',
  MALFORMED_BODY,
].join('\r\n');
