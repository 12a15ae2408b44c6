import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type ConformanceTarget } from '../harness/target.js';
import { startChildServer } from './child-server.js';
import { freePort } from '../../support/free-port.js';

const SOON = '5ms';

/** kinesis-local (kinesis-mock on Scala.js), in a process of its own: it has no way to stop it otherwise. */
export async function startKinesisLocal(): Promise<ConformanceTarget> {
  const folder = dirname(createRequire(import.meta.url).resolve('kinesis-local/package.json'));
  const port = await freePort();
  return startChildServer({
    command: process.execPath,
    args: [join(folder, 'main.js')],
    env: {
      KINESIS_MOCK_PLAIN_PORT: String(port),
      KINESIS_MOCK_TLS_PORT: String(await freePort()),
      KINESIS_MOCK_CERT_PATH: join(folder, 'server.json'),
      CREATE_STREAM_DURATION: SOON,
      DELETE_STREAM_DURATION: SOON,
      REGISTER_STREAM_CONSUMER_DURATION: SOON,
      DEREGISTER_STREAM_CONSUMER_DURATION: SOON,
      SPLIT_SHARD_DURATION: SOON,
      MERGE_SHARDS_DURATION: SOON,
      UPDATE_SHARD_COUNT_DURATION: SOON,
      UPDATE_STREAM_MODE_DURATION: SOON,
      SHARD_LIMIT: '500',
    },
    port,
    healthPath: '/healthcheck',
  });
}
