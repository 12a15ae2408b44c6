import { createServer } from 'node:net';
import { once } from 'node:events';

/** Nobody at home. */
export async function startSts() {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: server.address().port,
    async stop() {
      server.close();
    },
  };
}
