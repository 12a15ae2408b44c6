import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type OperationExecutor } from '../engine/operation.js';
import { ProtocolSwitch } from './protocol-switch.js';
import { RequestHandler } from './request-handler.js';

/**
 * The longest request body: the service takes 10 MiB of records and keys, which base64 makes a third longer;
 * the rest is room for names, quotes and explicit hash keys.
 */
export const MAX_REQUEST_BYTES = 14 * 1024 * 1024;

const DEFAULT_BODY_TIMEOUT = 20_000;

export interface KinesisServerOptions {
  /** What answers the operations. */
  readonly executor: OperationExecutor;
  /** @defaultValue 0: any free port */
  readonly port?: number;
  /** @defaultValue `'127.0.0.1'` */
  readonly host?: string;
  /** Milliseconds since the epoch, for the `Date` header. @defaultValue the machine's clock */
  readonly wallTime?: () => number;
  /** Longest request body in bytes. @defaultValue {@link MAX_REQUEST_BYTES} */
  readonly maxBodyBytes?: number;
  /** Milliseconds until a request whose body does not end is answered with 408. @defaultValue 20 000 */
  readonly bodyTimeout?: number;
}

/** Serves the operations of Kinesis over HTTP/1.1 and HTTP/2 on one port. */
export class KinesisServer {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly handler: RequestHandler,
  ) {}

  /** @throws the system's error where the port cannot be had, e.g. `EADDRINUSE`. */
  static async start(options: KinesisServerOptions): Promise<KinesisServer> {
    const handler: RequestHandler = new RequestHandler({
      executor: options.executor,
      wallTime: options.wallTime ?? Date.now,
      maxBytes: options.maxBodyBytes ?? MAX_REQUEST_BYTES,
      timeout: options.bodyTimeout ?? DEFAULT_BODY_TIMEOUT,
      cut: (request) => protocols.cut(request),
    });
    const protocols = new ProtocolSwitch((request, response) => void handler.handle(request, response));
    const tcp = createServer();
    const server = new KinesisServer(tcp, handler);
    tcp.on('connection', (socket) => {
      server.track(socket);
      protocols.accept(socket);
    });
    tcp.listen(options.port ?? 0, options.host ?? '127.0.0.1');
    await once(tcp, 'listening');
    return server;
  }

  /** The port it listens on. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Closes every connection and the port; running requests are aborted. */
  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.handler.abort();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private track(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
  }
}
