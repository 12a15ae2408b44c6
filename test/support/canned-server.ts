import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server that answers every request in the way the test says, and reads none. */
export class CannedServer {
  private constructor(private readonly server: Server) {}

  static async start(
    answer: (response: ServerResponse, request: IncomingMessage) => void,
  ): Promise<CannedServer> {
    const server = createServer((request, response) => {
      request.resume().once('end', () => answer(response, request));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CannedServer(server);
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
