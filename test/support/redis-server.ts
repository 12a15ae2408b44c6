import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.js';

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

/** Describes what needs a Redis; where there is none, one line says what to do, and nothing of it runs. */
export async function describeWithRedis(
  what: string,
  body: (binary: { path: string }) => void,
): Promise<void> {
  const binary = await findRedisServer();
  if ('path' in binary) {
    describe(what, () => body(binary));
    return;
  }
  process.stderr.write(`${binary.missing}\n`);
  describe.skip(binary.missing, () => {
    it(what, () => undefined);
  });
}

/** A Redis of the test's own, in memory only unless its settings say otherwise. */
export class RedisServer {
  private constructor(
    readonly port: number,
    private readonly path: string,
    private readonly directory: string,
    private readonly args: readonly string[],
    private process: ChildProcess,
  ) {}

  /** @param settings - of `redis.conf`, by name */
  static async start(
    { path }: { readonly path: string },
    settings: Readonly<Record<string, string | number>> = {},
  ): Promise<RedisServer> {
    const port = await freePort();
    const directory = await mkdtemp(join(tmpdir(), 'redis-'));
    const options = {
      port,
      bind: '127.0.0.1',
      save: '',
      appendonly: 'no',
      dir: directory,
      daemonize: 'no',
      ...settings,
    };
    const args = Object.entries(options).flatMap(([name, value]) => [
      `--${name}`,
      // Such as "replicaof host port": words, which must be arguments of their own.
      ...(value === '' ? [''] : String(value).split(' ')),
    ]);
    const server = new RedisServer(port, path, directory, args, launch(path, args));
    await server.ready();
    return server;
  }

  async stop(): Promise<void> {
    this.process.kill('SIGCONT');
    await this.end('SIGTERM');
    await rm(this.directory, { recursive: true, force: true });
  }

  /** The machine is gone, and with it what was not on disk. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  /** Up again after {@link kill}, on the same port, with what was on disk. */
  async restart(): Promise<void> {
    this.process = launch(this.path, this.args);
    await this.ready();
  }

  /** The process stands still; its connections stay open. */
  pause(): void {
    this.process.kill('SIGSTOP');
  }

  resume(): void {
    this.process.kill('SIGCONT');
  }

  private async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exit = once(this.process, 'exit');
    this.process.kill(signal);
    await exit;
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

function launch(path: string, args: readonly string[]): ChildProcess {
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  // However the tests end, the server must not outlive them.
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  return child;
}
