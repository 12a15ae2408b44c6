import { defined } from '../harness/defined.js';
import { type ConformanceTarget } from '../harness/target.js';
import { startChildServer } from './child-server.js';
import { freePort } from '../../support/free-port.js';

/** moto's server. */
export async function startMoto(): Promise<ConformanceTarget> {
  const port = await freePort();
  return startChildServer({
    command: defined(process.env.CONFORMANCE_MOTO),
    args: ['-H', '127.0.0.1', '-p', String(port)],
    port,
    healthPath: '/moto-api/',
  });
}
