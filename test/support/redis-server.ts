import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const MISSING =
  'redis-server is missing: install it (Debian: apt-get install redis-server; macOS: brew install redis) or set REDIS_SERVER to its path.';

/** Where redis-server is, or what to do about its absence. */
export type RedisBinary = { readonly path: string } | { readonly missing: string };

/**
 * Finds `redis-server`: `REDIS_SERVER`, then the `PATH`, then a package of Debian, which only root can install.
 *
 * @throws Error where it is missing and `CI` is set: there, nothing may go untested
 */
export async function findRedisServer(): Promise<RedisBinary> {
  const path = process.env.REDIS_SERVER ?? (await inPath()) ?? (await installed());
  if (path !== undefined) return { path };
  if (process.env.CI !== undefined && process.env.CI !== '') throw new Error(MISSING);
  return { missing: MISSING };
}

async function inPath(): Promise<string | undefined> {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(directory, 'redis-server');
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

async function installed(): Promise<string | undefined> {
  if (process.getuid?.() !== 0 || !(await isExecutable('/usr/bin/apt-get'))) return undefined;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run('apt-get', ['update', '-qq'], { env });
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'redis-server'], { env });
  } catch {
    return undefined;
  }
  return inPath();
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

export interface RedisServerOptions {
  /** Whether every write is on disk before it is answered, so that a server that was killed comes back with it. */
  readonly persistent?: boolean;
}

/** A Redis of the test's own, in memory only unless told otherwise. */
export class RedisServer {
  private process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly path: string,
    private readonly directory: string,
    private readonly persistent: boolean,
  ) {
    // However the tests end, the server must not outlive them.
    process.once('exit', () => this.process?.kill('SIGKILL'));
  }

  static async start(
    { path }: { readonly path: string },
    { persistent = false }: RedisServerOptions = {},
  ): Promise<RedisServer> {
    const directory = await mkdtemp(join(tmpdir(), 'redis-'));
    const server = new RedisServer(await freePort(), path, directory, persistent);
    await server.launch();
    return server;
  }

  /** Starts a server that was killed again, on the same port and the same files. */
  async launch(): Promise<void> {
    const { port, path, directory, persistent } = this;
    const durability = persistent
      ? { appendonly: 'yes', appendfsync: 'always', save: '' }
      : { appendonly: 'no', save: '' };
    const options = { port, bind: '127.0.0.1', dir: directory, daemonize: 'no', ...durability };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    this.process = child;
    await ready(child);
  }

  /** As a machine that fails: without a word to its clients. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
    await rm(this.directory, { recursive: true, force: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }
}

/** Resolves when the server takes connections. */
function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    server.stdout?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes('Ready to accept connections')) resolve();
    });
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`redis-server ended with code ${code}: ${log}`)));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
