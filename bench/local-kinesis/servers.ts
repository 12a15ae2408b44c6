import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createRequire } from 'node:module';

/** A server under test, in a process of its own. */
export interface TestedServer {
  readonly name: string;
  readonly endpoint: string;
  /** Resident memory of its process in bytes. */
  memory(): number;
  stop(): Promise<void>;
}

/** Our server as users start it, without limits: the others have none. */
export async function startLocalKinesis(): Promise<TestedServer> {
  const main = createRequire(import.meta.url)
    .resolve('nestjs-kinesis/package.json')
    .replace('package.json', '');
  return startChild('nestjs-kinesis', [
    `${main}dist/cli/main.js`,
    'local',
    '--port',
    '0',
    '--limits',
    'none',
  ]);
}

export async function startKinesalite(): Promise<TestedServer> {
  const cli = createRequire(import.meta.url).resolve('kinesalite/cli.js');
  const times = ['--createStreamMs', '5', '--deleteStreamMs', '5', '--updateStreamMs', '5'];
  return startChild('kinesalite', [cli, '--port', String(await freePort()), '--shardLimit', '100', ...times]);
}

async function startChild(name: string, args: readonly string[]): Promise<TestedServer> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await readyPort(child);
  return {
    name,
    endpoint: `http://127.0.0.1:${port}`,
    memory: () => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)]).toString()) * 1024,
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Both print a line that ends in their port when they are ready. */
async function readyPort(child: ChildProcess): Promise<string> {
  let printed = '';
  for await (const chunk of child.stdout ?? []) {
    printed += String(chunk);
    const port = /:(\d+)\s*$/.exec(printed)?.[1];
    if (port !== undefined) return port;
  }
  throw new Error(`the server ended before it was ready: ${printed}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
