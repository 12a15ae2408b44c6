import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { type OperationExecutor } from '../engine/operation.js';
import { ProtocolSwitch } from './protocol-switch.js';
import { RequestHandler } from './request-handler.js';
import { type CertificatePair } from './self-signed-certificate.js';

/**
 * The longest request body: the service takes 10 MiB of records and keys, which base64 makes a third longer;
 * the rest is room for names, quotes and explicit hash keys.
 */
export const MAX_REQUEST_BYTES = 14 * 1024 * 1024;

const DEFAULT_REQUEST_TIMEOUT = 20_000;

export interface KinesisServerOptions {
  /** What answers the operations. */
  readonly executor: OperationExecutor;
  /** @defaultValue 0: any free port */
  readonly port?: number;
  /** @defaultValue `'127.0.0.1'` */
  readonly host?: string;
  /** Listens with TLS, too, on another port. @defaultValue no */
  readonly tls?: CertificatePair & { readonly port?: number };
  /** Milliseconds since the epoch, for the `Date` header. @defaultValue the machine's clock */
  readonly wallTime?: () => number;
  /** Longest request body in bytes. @defaultValue {@link MAX_REQUEST_BYTES} */
  readonly maxBodyBytes?: number;
  /** Milliseconds until a request that does not end is answered with 408. @defaultValue 20 000 */
  readonly requestTimeout?: number;
}

/** Serves the operations of Kinesis over HTTP/1.1 and HTTP/2 on one port, and with TLS on another. */
export class KinesisServer {
  private readonly sockets = new Set<Socket>();
  private readonly plain: Server;
  private readonly secure: Server | undefined;
  private readonly handler: RequestHandler;

  private constructor(private readonly options: KinesisServerOptions) {
    const timeout = options.requestTimeout ?? DEFAULT_REQUEST_TIMEOUT;
    const handler: RequestHandler = new RequestHandler({
      executor: options.executor,
      wallTime: options.wallTime ?? Date.now,
      maxBytes: options.maxBodyBytes ?? MAX_REQUEST_BYTES,
      timeout,
      cut: (request) => protocols.cut(request),
    });
    const protocols = new ProtocolSwitch(
      (request, response) => void handler.handle(request, response),
      timeout,
    );
    this.handler = handler;
    this.plain = createServer((socket) => protocols.accept(socket));
    this.secure =
      options.tls &&
      createTlsServer(
        { cert: options.tls.cert, key: options.tls.key, ALPNProtocols: ['h2', 'http/1.1'] },
        (socket) => protocols.accept(socket),
      );
  }

  /** @throws the system's error where a port cannot be had, e.g. `EADDRINUSE`. */
  static async start(options: KinesisServerOptions): Promise<KinesisServer> {
    const server = new KinesisServer(options);
    try {
      await server.listen(server.plain, options.port);
      if (server.secure) await server.listen(server.secure, options.tls?.port);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** The port for HTTP without TLS. */
  get port(): number {
    return portOf(this.plain);
  }

  /** The port for HTTP with TLS, where there is one. */
  get tlsPort(): number | undefined {
    return this.secure && portOf(this.secure);
  }

  /** Closes every connection and the ports; running operations are aborted. Stopping twice does nothing more. */
  async stop(): Promise<void> {
    const open = [this.plain, this.secure].filter((server): server is Server => server?.listening === true);
    const closed = open.map((server) => once(server, 'close'));
    for (const server of open) server.close();
    this.handler.abort();
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(closed);
  }

  private async listen(server: Server, port = 0): Promise<void> {
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    server.listen(port, this.options.host ?? '127.0.0.1');
    await once(server, 'listening');
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
