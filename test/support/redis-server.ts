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

/** A Redis of the test's own, in memory only. */
export class RedisServer {
  private constructor(
    readonly port: number,
    private readonly process: ChildProcess,
    private readonly directory: string,
  ) {}

  static async start({ path }: { readonly path: string }): Promise<RedisServer> {
    const port = await freePort();
    const directory = await mkdtemp(join(tmpdir(), 'redis-'));
    const options = { port, bind: '127.0.0.1', save: '', appendonly: 'no', dir: directory, daemonize: 'no' };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    // However the tests end, the server must not outlive them.
    process.once('exit', () => child.kill('SIGKILL'));
    const server = new RedisServer(port, child, directory);
    await server.ready();
    return server;
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null) {
      const exit = once(this.process, 'exit');
      this.process.kill('SIGTERM');
      await exit;
    }
    await rm(this.directory, { recursive: true, force: true });
  }

  private ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      let log = '';
      this.process.stdout?.on('data', (chunk: Buffer) => {
        log += chunk.toString();
        if (log.includes('Ready to accept connections')) resolve();
      });
      this.process.once('error', reject);
      this.process.once('exit', (code) => reject(new Error(`redis-server ended with code ${code}: ${log}`)));
    });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
