import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { createRequire } from 'node:module';
import { platform } from 'node:os';

/** A server under test, in a process of its own. */
export interface TestedServer {
  readonly name: string;
  readonly endpoint: string;
  /** Resident memory of its process in bytes. */
  memory(): number;
  /** Milliseconds its process has spent on a processor so far; NaN where the system does not tell (only Linux does). */
  processorTime(): number;
  stop(): Promise<void>;
}

/** Our server as users start it; without limits unless told otherwise, since the others have none. */
export async function startLocalKinesis(limits: 'aws' | 'none' = 'none'): Promise<TestedServer> {
  const main = createRequire(import.meta.url)
    .resolve('nestjs-kinesis/package.json')
    .replace('package.json', '');
  return startChild('nestjs-kinesis', [
    `${main}dist/esm/cli/main.js`,
    'local',
    '--port',
    '0',
    '--limits',
    limits,
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
    processorTime: () => processorTime(child.pid),
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function processorTime(pid: number | undefined): number {
  if (platform() !== 'linux') return NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  // Fields 14 and 15 of proc(5), in ticks of a hundredth of a second.
  return (Number(fields[11]) + Number(fields[12])) * 10;
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
