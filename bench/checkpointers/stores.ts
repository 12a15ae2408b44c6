import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { type AddressInfo, createConnection, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { StoreAddress } from './open-store.js';

/** Milliseconds for a server to accept connections. */
const START_TIMEOUT = 30_000;

export interface BenchedStore {
  readonly name: string;
  readonly address: StoreAddress;
  stop(): Promise<void>;
}

/** The stores that can be started here; of the others, what is missing. */
export async function startStores(): Promise<{ stores: BenchedStore[]; missing: string[] }> {
  const stores: BenchedStore[] = [
    { name: 'memory', address: { kind: 'memory' }, stop: () => Promise.resolve() },
  ];
  const missing: string[] = [];
  if (isThere('redis-server')) stores.push(await startRedis());
  else missing.push('Redis: there is no redis-server here.');
  stores.push(await startDynalite());
  const local = await startDynamoDbLocal();
  if (local) stores.push(local);
  else missing.push('DynamoDB Local: it needs Java 17 and Maven 3.8, and the first time Maven Central.');
  return { stores, missing };
}

async function startRedis(): Promise<BenchedStore> {
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', args, { stdio: 'ignore' });
  await accepting(port);
  return { name: 'Redis', address: { kind: 'redis', port }, stop: () => end(server) };
}

async function startDynalite(): Promise<BenchedStore> {
  const port = await freePort();
  const cli = createRequire(import.meta.url).resolve('dynalite/cli.js');
  const server = spawn(process.execPath, [cli, '--port', String(port), '--createTableMs', '0'], {
    stdio: 'ignore',
  });
  await accepting(port);
  const endpoint = `http://127.0.0.1:${port}`;
  return { name: 'DynamoDB (dynalite)', address: { kind: 'dynamodb', endpoint }, stop: () => end(server) };
}

/** As the tests do that need it; undefined where that is not possible. */
async function startDynamoDbLocal(): Promise<BenchedStore | undefined> {
  if (!isThere('java') || !isThere('mvn')) return undefined;
  const interop = new URL('../../../test/interop/', import.meta.url);
  const { buildPrograms } = (await import(new URL('java-programs.js', interop).href)) as {
    buildPrograms: (name: string) => void;
  };
  const { startDynamoDbLocal: start } = (await import(new URL('dynamodb-local.js', interop).href)) as {
    startDynamoDbLocal: () => Promise<{ endpoint: string; stop: () => Promise<void> }>;
  };
  buildPrograms('dynamodb-local');
  const { endpoint, stop } = await start();
  return { name: 'DynamoDB (DynamoDB Local)', address: { kind: 'dynamodb', endpoint }, stop };
}

function isThere(command: string): boolean {
  return (
    spawnSync(command, [command === 'java' ? '-version' : '--version'], { stdio: 'ignore' }).status === 0
  );
}

async function end(server: ChildProcess): Promise<void> {
  const exit = once(server, 'exit');
  server.kill();
  await exit;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function accepting(port: number): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT;
  for (;;) {
    const socket = createConnection(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await delay(50);
    } finally {
      socket.destroy();
    }
  }
}
