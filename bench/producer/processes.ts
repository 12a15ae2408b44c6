import { type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CertificatePair } from 'nestjs-kinesis/testing';
import { forkModule, message } from '../children.js';
import type { Endpoints } from './variant.js';
import type { RoundResult } from './variant-process.js';

/** The canned server in a process of its own, with TLS unless told otherwise. */
export interface CannedServer {
  readonly endpoints: Endpoints;
  /** The environment of clients that trust it. */
  readonly environment: NodeJS.ProcessEnv;
  stop(): void;
}

/** @param putsAnsweredAfter - milliseconds until it answers what puts records: at once, unless told otherwise */
export async function startCannedServer(
  transport: 'tls' | 'plain',
  putsAnsweredAfter: number | 'never' = 0,
): Promise<CannedServer> {
  const { cert, key } = await createCertificate();
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-kinesis-bench-'));
  const certFile = join(folder, 'cert.pem');
  writeFileSync(certFile, cert);
  const child = forkModule(new URL('canned-server.js', import.meta.url), [String(putsAnsweredAfter)], {
    ...process.env,
    BENCH_CERT: cert,
    BENCH_KEY: key,
  });
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

  static async enter(
    { name, title }: { name: string; title: string },
    server: CannedServer,
    bytes: number,
  ): Promise<Contestant> {
    const args = [name, String(bytes), JSON.stringify(server.endpoints)];
    const child = forkModule(new URL('variant-process.js', import.meta.url), args, server.environment);
    await message(child);
    return new Contestant(name, title, child);
  }

  /** A round that does not count lets it compile what is hot. */
  async warmUp(budget: number): Promise<void> {
    await this.playRound(budget);
    this.rounds.pop();
  }

  async playRound(budget: number): Promise<void> {
    this.child.send({ budget });
    this.rounds.push(await message<RoundResult>(this.child));
  }

  leave(): void {
    this.child.disconnect();
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
