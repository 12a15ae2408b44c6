import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type ConformanceTarget } from '../harness/target.js';
import { realTime } from './real-time.js';
import { http1Client } from './sdk-client.js';

const PATIENCE = 30_000;

export interface ChildServer {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly port: number;
  /** Any answer at this path means it is up. */
  readonly healthPath: string;
}

/** An emulator as a process of its own, spoken to over HTTP/1.1 and ended with the target. */
export async function startChildServer(server: ChildServer): Promise<ConformanceTarget> {
  const child = spawn(server.command, server.args, {
    env: { ...process.env, ...server.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints = (complaints + chunk.toString()).slice(-2_000)));
  const exited = once(child, 'exit');
  const endpoint = `http://127.0.0.1:${server.port}`;

  const stopChild = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await exited;
  };

  const deadline = Date.now() + PATIENCE;
  while (!(await answers(endpoint + server.healthPath))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stopChild();
      throw new Error(`${server.command} did not come up: ${complaints}`);
    }
    await realTime(100);
  }

  const client = http1Client(endpoint);
  return {
    client,
    wait: realTime,
    async stop() {
      client.destroy();
      await stopChild();
    },
  };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    async (response) => {
      await response.body?.cancel();
      return true;
    },
    () => false,
  );
}
