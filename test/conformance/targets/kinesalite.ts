import { createServer } from './kinesalite-module.js';
import { type AddressInfo } from 'node:net';
import { type ConformanceTarget } from '../harness/target.js';
import { realTime } from './real-time.js';
import { http1Client } from './sdk-client.js';

/** kinesalite, in this process. */
export async function startKinesalite(): Promise<ConformanceTarget> {
  const server = createServer({ createStreamMs: 5, updateStreamMs: 5, deleteStreamMs: 5, shardLimit: 1000 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = http1Client(`http://127.0.0.1:${port}`);
  return {
    client,
    wait: realTime,
    async stop() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
