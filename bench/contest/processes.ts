import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CertificatePair } from 'nestjs-kinesis/testing';

/** Where the canned server listens. */
export interface Endpoints {
  /** For clients that speak HTTP/1.1. */
  readonly http1: string;
  /** For clients that speak HTTP/2. */
  readonly http2: string;
}

/** Milliseconds of processor time before each round, which do not count. */
export const LEAD_IN = 500;

/** What the benchmark asks a variant for: a round of so many milliseconds of processor time. */
export interface RoundRequest {
  readonly budget: number;
}

/** What a round was. */
export interface RoundResult {
  readonly records: number;
  /** Milliseconds of processor time, the threads of the garbage collector included. */
  readonly processorTime: number;
  /** Milliseconds on the wall. */
  readonly elapsed: number;
}

/** How a variant is named and shown. */
export interface Entrant {
  readonly name: string;
  readonly title: string;
}

/** The canned server in a process of its own, with TLS unless told otherwise. */
export interface CannedServer {
  readonly endpoints: Endpoints;
  /** The environment of clients that trust it. */
  readonly environment: NodeJS.ProcessEnv;
  stop(): void;
}

/**
 * @param module - what the process runs: it sends the ports of {@link listen} when it is ready
 * @param args - for the module, which knows what they mean
 */
export async function startCannedServer(
  module: URL,
  transport: 'tls' | 'plain',
  args: readonly string[] = [],
): Promise<CannedServer> {
  const { cert, key } = await createCertificate();
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-kinesis-bench-'));
  const certFile = join(folder, 'cert.pem');
  writeFileSync(certFile, cert);
  const child = forkModule(module, args, { ...process.env, BENCH_CERT: cert, BENCH_KEY: key });
  const { http1, http2, tls } = await message<{ http1: number; http2: number; tls: number }>(child);
  const endpoints =
    transport === 'tls'
      ? { http1: `https://127.0.0.1:${tls}`, http2: `https://127.0.0.1:${tls}` }
      : { http1: `http://127.0.0.1:${http1}`, http2: `http://127.0.0.1:${http2}` };
  return {
    endpoints,
    environment: {
      ...process.env,
      NODE_EXTRA_CA_CERTS: certFile,
      AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1',
    },
    stop: () => {
      child.kill();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A variant in a process of its own. */
export class Contestant {
  readonly rounds: RoundResult[] = [];

  private constructor(
    readonly name: string,
    readonly title: string,
    private readonly child: ChildProcess,
  ) {}

  /**
   * @param module - what the process runs
   * @param workload - what the variant is to work on; the module knows what it means
   */
  static async enter(
    { name, title }: Entrant,
    module: URL,
    server: CannedServer,
    workload: string,
  ): Promise<Contestant> {
    const args = [name, workload, JSON.stringify(server.endpoints)];
    const child = forkModule(module, args, server.environment);
    await message(child);
    return new Contestant(name, title, child);
  }

  /** A round that does not count lets it compile what is hot. */
  async warmUp(budget: number): Promise<void> {
    await this.play(budget);
  }

  async playRound(budget: number): Promise<void> {
    // While the others had their turns the processor's caches have forgotten it.
    await this.play(LEAD_IN);
    this.rounds.push(await this.play(budget));
  }

  private play(budget: number): Promise<RoundResult> {
    this.child.send({ budget });
    return message<RoundResult>(this.child);
  }

  leave(): void {
    this.child.disconnect();
  }
}

/** Runs a module in a process of its own. */
export function forkModule(
  module: URL,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  flags: readonly string[] = [],
): ChildProcess {
  return fork(fileURLToPath(module), args, {
    // The SDK says of each process that Node 20 will not be supported for ever.
    env: { ...env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    execArgv: ['--no-deprecation', ...flags, ...profiling()],
  });
}

/** `BENCH_PROFILE=<folder>` writes a CPU profile of each process there. */
function profiling(): string[] {
  const { BENCH_PROFILE: folder } = process.env;
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}

/** The next message of a child; it must not end before. */
export async function message<T>(child: ChildProcess): Promise<T> {
  const given = new AbortController();
  const { signal } = given;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`a process of the benchmark ended with ${String(code)}`);
  });
  try {
    const [content] = (await Promise.race([once(child, 'message', { signal }), ended])) as [T];
    return content;
  } finally {
    ended.catch(() => undefined);
    given.abort();
  }
}

export async function createCertificate(): Promise<CertificatePair> {
  const main = createRequire(import.meta.url).resolve('nestjs-kinesis/package.json');
  const file = main.replace(
    'package.json',
    'dist/esm/testing/local-kinesis/server/self-signed-certificate.js',
  );
  const { selfSignedCertificate } = (await import(file)) as {
    selfSignedCertificate: () => Promise<CertificatePair>;
  };
  return selfSignedCertificate();
}
