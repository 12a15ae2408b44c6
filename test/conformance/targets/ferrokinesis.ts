import { defined } from '../harness/defined.js';
import { type ConformanceTarget } from '../harness/target.js';
import { startChildServer } from './child-server.js';
import { freePort } from '../../support/free-port.js';

/** ferrokinesis, with the throttling it has. */
export async function startFerrokinesis(): Promise<ConformanceTarget> {
  const port = await freePort();
  const soon = ['create', 'delete', 'update'].flatMap((change) => [`--${change}-stream-ms`, '5']);
  return startChildServer({
    command: defined(process.env.CONFORMANCE_FERROKINESIS),
    args: [
      '--port',
      String(port),
      ...soon,
      '--shard-limit',
      '500',
      '--enforce-limits',
      'true',
      '--max-request-body-mb',
      '20',
      '--log-level',
      'off',
    ],
    port,
    healthPath: '/',
  });
}
