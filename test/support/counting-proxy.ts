import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Hands bytes on to another port of this machine, and counts the connections that were opened. */
export class CountingProxy {
  connections = 0;
  private port = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(target: string): Promise<CountingProxy> {
    const port = Number(new URL(target).port);
    const server = createServer();
    const proxy = new CountingProxy(server);
    server.on('connection', (socket) => {
      proxy.connections++;
      const upstream = connect(port, '127.0.0.1');
      for (const [from, to] of [
        [socket, upstream],
        [upstream, socket],
      ] as const) {
        proxy.sockets.add(from);
        from.on('error', () => to.destroy());
        from.on('close', () => {
          proxy.sockets.delete(from);
          to.destroy();
        });
        from.pipe(to);
      }
    });
    await proxy.listen(0);
    return proxy;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Opens the same port again after {@link stop}, as a server that comes back. */
  async restart(): Promise<void> {
    await this.listen(this.port);
  }

  /** Cuts all connections and closes the port. */
  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    if (!this.server.listening) return;
    this.server.close();
    await once(this.server, 'close');
  }

  private async listen(port: number): Promise<void> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }
}
