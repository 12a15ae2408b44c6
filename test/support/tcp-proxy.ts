import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Hands bytes on to a port of this machine, counts connections, and loses what comes back for as long as it is told to. */
export class TcpProxy {
  /** Connections that were opened. */
  connections = 0;
  /** Whether answers are lost. */
  deaf = false;
  /** Bytes that were lost. */
  lost = 0;
  /** Where it listens, also while it is stopped. */
  port = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(port: number): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server);
    server.on('connection', (socket) => {
      proxy.connections++;
      proxy.handOn(socket, connect(port, '127.0.0.1'));
    });
    await proxy.listen(0);
    return proxy;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Cuts every connection; new ones are accepted. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Cuts every connection and closes the port. */
  async stop(): Promise<void> {
    this.cut();
    if (!this.server.listening) return;
    this.server.close();
    await once(this.server, 'close');
  }

  /** Opens the same port again after {@link stop}, as a server that comes back. */
  async restart(): Promise<void> {
    await this.listen(this.port);
  }

  private async listen(port: number): Promise<void> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  private handOn(socket: Socket, upstream: Socket): void {
    socket.on('data', (chunk) => upstream.write(chunk));
    upstream.on('data', (chunk: Buffer) => {
      if (this.deaf) this.lost += chunk.length;
      else socket.write(chunk);
    });
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
  }
}
