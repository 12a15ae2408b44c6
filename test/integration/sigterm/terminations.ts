import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MemoryCheckpointer } from '../../../src/checkpointers/memory-checkpointer.js';
import { LocalKinesis } from '../../../src/testing/index.js';
import { SeededRandom } from '../../../src/testing/seeded-random.js';
import { type CompiledPackage, compilePackage } from '../../support/compiled-package.js';
import type { Order } from './app/settings.js';
import { AppProcess } from './app-process.js';

/** Apps at a time: each line of them has a stream of its own, where one app follows the other. */
const LINES = 2;
const SHARDS = 4;
const KEYS = 50;
/** Milliseconds between two puts of a record of each of a tenth of the keys. */
const PUT_INTERVAL = 20;
/** An app in so many is ended while it starts. */
const STARTING = 5;
/** In which time after it listens for SIGTERM, in milliseconds. */
const START = 300;
/** The others are ended in this time after they have handled their first record. */
const WORK = 400;
/** How long anything may take before the run counts as stuck, in milliseconds: for machines that are far too busy. */
const PATIENCE = 60_000;
/** Milliseconds between two looks at a journal. */
const LOOK = 20;

interface JournalEntry extends Order {
  readonly what: 'started' | 'inserted';
}

/** What there is to be said of all runs together. */
export interface TerminationReport {
  readonly runs: number;
  /** Runs that were ended while a record or more had been handled. */
  readonly atWork: number;
  readonly put: number;
  readonly handled: number;
  readonly receipts: number;
  /** What was wrong, one line each. */
  readonly problems: readonly string[];
}

/** Ends apps with SIGTERM at random moments under load, and accounts for every record. */
export async function terminate(runs: number, seed: number): Promise<TerminationReport> {
  const directory = await mkdtemp(join(tmpdir(), 'nestjs-kinesis-sigterm-'));
  const names = Array.from({ length: LINES }, (_, i) => String(i));
  const streams: Record<string, { shards: number }> = {};
  for (const name of names) {
    streams[`orders-${name}`] = { shards: SHARDS };
    streams[`receipts-${name}`] = { shards: 1 };
  }
  const [compiled, kinesis] = await Promise.all([
    compilePackage(join(import.meta.dirname, 'app')),
    LocalKinesis.start({ streams }),
  ]);
  try {
    const random = new SeededRandom(seed);
    const lines = names.map((name) => new Line(name, { kinesis, compiled, directory, random }));
    await Promise.all(lines.map((line) => line.run(Math.ceil(runs / LINES))));
    const reports = await Promise.all(lines.map((line) => line.report()));
    return reports.reduce((all, one) => ({
      runs: all.runs + one.runs,
      atWork: all.atWork + one.atWork,
      put: all.put + one.put,
      handled: all.handled + one.handled,
      receipts: all.receipts + one.receipts,
      problems: [...all.problems, ...one.problems],
    }));
  } finally {
    await kinesis.stop();
    await compiled.remove();
    await rm(directory, { recursive: true, force: true });
  }
}

interface Surroundings {
  readonly kinesis: LocalKinesis;
  readonly compiled: CompiledPackage;
  readonly directory: string;
  readonly random: SeededRandom;
}

/** One app after the other on one stream, with one store of leases. */
class Line {
  private readonly store = new MemoryCheckpointer();
  private readonly journal: string;
  private readonly problems: string[] = [];
  private readonly counts = new Map<string, number>();
  private runs = 0;
  private atWork = 0;
  private put = 0;
  private isOver = false;

  constructor(
    private readonly name: string,
    private readonly surroundings: Surroundings,
  ) {
    this.journal = join(surroundings.directory, name);
  }

  async run(times: number): Promise<void> {
    await writeFile(this.journal, '');
    const load = this.load();
    for (let i = 0; i < times; i++) {
      await this.once(i % STARTING === 0 ? () => this.start() : (app) => this.work(app));
    }
    this.isOver = true;
    await load;
    await this.once((app) => this.until(app, (inserted) => inserted >= this.put, 'every record handled'));
  }

  async report(): Promise<TerminationReport> {
    const entries = await this.entries();
    const inserted = await this.inserted();
    const started = entries.filter(({ what }) => what === 'started');
    this.judge('started', started);
    this.judge('inserted', inserted);
    if (inserted.length < this.put) this.problems.push(`${this.put - inserted.length} records were lost`);
    const receipts = this.surroundings.kinesis.records(`receipts-${this.name}`).length;
    if (receipts !== inserted.length) {
      this.problems.push(`${receipts} receipts for ${inserted.length} records: the producer was not flushed`);
    }
    const { runs, atWork, put, problems } = this;
    return { runs, atWork, put, handled: inserted.length, receipts, problems };
  }

  /** Every record once, those of a key in their order. */
  private judge(what: string, entries: readonly JournalEntry[]): void {
    const next = new Map<string, number>();
    for (const { key, n } of entries) {
      const expected = next.get(key) ?? 0;
      if (n < expected) this.problems.push(`${key}/${n} was ${what} twice`);
      else if (n > expected) this.problems.push(`${key}/${n} was ${what} before ${key}/${expected}`);
      next.set(key, Math.max(expected, n + 1));
    }
  }

  private async once(moment: (app: AppProcess) => Promise<void>): Promise<void> {
    const { compiled, kinesis } = this.surroundings;
    const before = (await this.entries()).length;
    const app = await AppProcess.start(
      compiled.programs,
      {
        kinesis: kinesis.clientConfig,
        ordersStream: `orders-${this.name}`,
        receiptsStream: `receipts-${this.name}`,
        journal: this.journal,
      },
      this.store,
    );
    await moment(app);
    const problems = await app.terminate();
    this.runs++;
    if ((await this.entries()).length > before) this.atWork++;
    this.problems.push(...problems.map((problem) => `run ${this.runs} of line ${this.name}: ${problem}`));
  }

  private start(): Promise<void> {
    return sleep(this.surroundings.random.next() * START);
  }

  private async work(app: AppProcess): Promise<void> {
    const before = (await this.inserted()).length;
    await this.until(app, (inserted) => inserted > before, 'a record handled');
    await sleep(this.surroundings.random.next() * WORK);
  }

  private async until(
    app: AppProcess,
    condition: (inserted: number) => boolean,
    what: string,
  ): Promise<void> {
    const deadline = performance.now() + PATIENCE;
    while (!condition((await this.inserted()).length)) {
      if (performance.now() > deadline) {
        this.problems.push(`line ${this.name}: still not so: ${what}; it is at ${await app.status()}`);
        return;
      }
      await sleep(LOOK);
    }
  }

  /** Puts records of some keys at a time, straight into the service: it is the apps that the machine is to be busy with. */
  private async load(): Promise<void> {
    for (let turn = 0; !this.isOver; turn++) {
      const keys = Array.from({ length: KEYS }, (_, i) => `key-${i}`).filter((_, i) => i % 10 === turn % 10);
      const Records = keys.map((key) => {
        const order: Order = { key, n: this.counts.get(key) ?? 0 };
        this.counts.set(key, order.n + 1);
        return { PartitionKey: key, Data: Buffer.from(JSON.stringify(order)) };
      });
      await this.surroundings.kinesis.execute('PutRecords', { StreamName: `orders-${this.name}`, Records });
      this.put += Records.length;
      await sleep(PUT_INTERVAL);
    }
  }

  private async inserted(): Promise<JournalEntry[]> {
    return (await this.entries()).filter(({ what }) => what === 'inserted');
  }

  private async entries(): Promise<JournalEntry[]> {
    const lines = (await readFile(this.journal, 'utf8')).split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as JournalEntry);
  }
}
