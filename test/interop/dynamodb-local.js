import { createServer } from 'node:net';
import { once } from 'node:events';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { JavaProgram, libraries } from './java-programs.js';

/** Amazon's own DynamoDB Local, where the KCL keeps its leases. */
export async function startDynamoDbLocal() {
  const port = await freePort();
  const program = new JavaProgram(
    'dynamodb-local',
    'software.amazon.dynamodb.services.local.main.ServerRunner',
    {
      properties: { 'sqlite4java.library.path': libraries('dynamodb-local') },
      args: ['-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)],
    },
  );
  const endpoint = `http://127.0.0.1:${port}`;
  for (let tries = 0; !(await answers(endpoint)); tries++) {
    if (!program.running || tries > 300) {
      await program.kill();
      throw new Error(`DynamoDB Local did not come up; see ${program.log}`);
    }
    await sleep(100);
  }
  return { endpoint, stop: () => program.kill() };
}

/** What our client of it needs; the credentials are those of the KCL. */
export function clientConfig(endpoint) {
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };
  return { endpoint, region: 'us-east-1', credentials };
}

function answers(url) {
  return new Promise((resolve) => {
    get(url, (response) => resolve(response.resume() !== undefined)).on('error', () => resolve(false));
  });
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
