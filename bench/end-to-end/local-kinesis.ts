import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteStreamCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import { createClient, createStream } from '../local-kinesis/workload.js';
import { createCertificate, forkModule, message } from '../contest/processes.js';

/** The server that everybody puts to and consumes from. */
export class BenchKinesis {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    readonly endpoint: string,
    readonly tlsEndpoint: string,
    readonly client: KinesisClient,
  ) {}

  static async start(): Promise<BenchKinesis> {
    const { cert, key } = await createCertificate();
    const folder = mkdtempSync(join(tmpdir(), 'nestjs-kinesis-bench-'));
    writeFileSync(join(folder, 'cert.pem'), cert);
    const env = { ...process.env, BENCH_CERT: cert, BENCH_KEY: key };
    const child = forkModule(new URL('local-kinesis-process.js', import.meta.url), [], env);
    const { endpoint, tlsEndpoint } = await message<{ endpoint: string; tlsEndpoint: string }>(child);
    return new BenchKinesis(child, folder, endpoint, tlsEndpoint, createClient(endpoint));
  }

  /** What its clients must trust, as a file. */
  get certificate(): string {
    return join(this.folder, 'cert.pem');
  }

  createStream(name: string, shards: number): Promise<void> {
    return createStream(this.client, name, shards);
  }

  async deleteStream(StreamName: string): Promise<void> {
    await this.client.send(new DeleteStreamCommand({ StreamName }));
  }

  stop(): void {
    this.client.destroy();
    this.child.disconnect();
    rmSync(this.folder, { recursive: true });
  }
}
