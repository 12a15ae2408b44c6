import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { peersFolder } from '../producer/peers.js';

/** How a program is started; what it is to do comes in its environment. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/** What a program of a contestant is told, whatever it is written in; it says on standard output what it has done. */
export interface Task {
  readonly BENCH_ENDPOINT: string;
  readonly BENCH_STREAM: string;
  /** Namespace of leases and checkpoints. */
  readonly BENCH_APPLICATION: string;
  /** How many user records there are to put or to consume. */
  readonly BENCH_RECORDS: string;
  /** A file with the items to put, in JSON, over and over again. */
  readonly BENCH_ITEMS: string;
  /**
   * `counts`: a line `count <n>` for the first record and then every tenth of a second or so, when n records are
   * acknowledged or handled in all. `shards`: a line `shard <n>` for each record, whose value says it.
   */
  readonly BENCH_TELL: 'counts' | 'shards';
  /** Where there is such a store. */
  readonly BENCH_DYNAMODB: string;
  readonly BENCH_REDIS_PORT: string;
}

/** A running program of a contestant. */
export class Program {
  private constructor(private readonly child: ChildProcess) {}

  /** @param onLine - called with each line of its standard output */
  static start(
    name: string,
    { file, args }: Command,
    environment: NodeJS.ProcessEnv,
    onLine: (line: string) => void,
  ): Program {
    const logs = join(peersFolder(), 'logs');
    mkdirSync(logs, { recursive: true });
    // The end of its input ends it, so that none outlives this process.
    const child = spawn(file, args, { env: { ...process.env, ...environment } });
    child.stderr.pipe(createWriteStream(join(logs, `${name}.log`)));
    createInterface({ input: child.stdout }).on('line', onLine);
    return new Program(child);
  }

  get pid(): number {
    return this.child.pid ?? NaN;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** As a machine dies: without a last word. */
  async kill(): Promise<void> {
    if (!this.running) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }
}
