import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createItems } from '../producer/workload.js';
import type { Contestant } from './contestants.js';
import type { BenchKinesis } from './local-kinesis.js';
import type { Command, Task } from './program.js';
import { race, type Race } from './race.js';
import { SHARDS, type TakeOver, timeTakeOver } from './take-over.js';

export const BYTES = 200;

/** Of each contestant, what it did in each round. */
export type Races = ReadonlyMap<Contestant, readonly Race[]>;

/** Where the contestants find what they need. */
export interface Arena {
  readonly kinesis: BenchKinesis;
  readonly dynamodb: string;
  readonly redisPort: number | undefined;
}

/** The stream that all consume. */
const SOURCE = 'source';

/** Lets contestants put, consume and die, each in its turn. */
export class Games {
  /** What went wrong for whom, who is left out from then on. */
  readonly failures: string[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), 'nestjs-kinesis-bench-'));
  private readonly items = join(this.folder, 'items.json');

  /** @param records - how many there are to put and to consume */
  constructor(
    private readonly arena: Arena,
    private readonly records: number,
  ) {
    writeFileSync(this.items, JSON.stringify(createItems(BYTES)));
  }

  /** Each puts to a stream of its own. */
  async produce(contestants: readonly Contestant[], rounds: number): Promise<Races> {
    const { kinesis } = this.arena;
    return this.play(contestants, rounds, 'producer', async (name, command) => {
      await kinesis.createStream(name, SHARDS);
      try {
        return await this.produceInto(name, command);
      } finally {
        await kinesis.deleteStream(name);
      }
    });
  }

  /** All consume what one has put, as the KPL does. */
  async consume(contestants: readonly Contestant[], rounds: number): Promise<Races> {
    const [source] = contestants.flatMap(({ producer, ours }) => (ours && producer ? [producer] : []));
    if (!source) throw new Error('nobody has put what is to be consumed');
    await this.arena.kinesis.createStream(SOURCE, SHARDS);
    await this.produceInto(SOURCE, source);
    return this.play(contestants, rounds, 'consumer', (name, command) =>
      race(name, command, this.task(SOURCE, name), {}),
    );
  }

  /** All at the same time: it is mostly waiting. */
  async takeOver(contestants: readonly Contestant[]): Promise<Map<Contestant, TakeOver[]>> {
    const victims = ['older', 'younger'] as const;
    const timed = contestants.map(async (contestant) => {
      const { consumer } = contestant;
      const takeOvers = victims.map(async (victim) => {
        const name = `take-over-${contestant.name}-${victim}`;
        const task = this.task(name, name);
        return consumer ? [await timeTakeOver(name, consumer, task, this.arena.kinesis, victim)] : [];
      });
      return [contestant, (await Promise.all(takeOvers)).flat()] as const;
    });
    return new Map(await Promise.all(timed));
  }

  clear(): void {
    rmSync(this.folder, { recursive: true });
  }

  private produceInto(stream: string, command: Command): Promise<Race> {
    const { tlsEndpoint, certificate } = this.arena.kinesis;
    const task = { ...this.task(stream, stream), BENCH_ENDPOINT: tlsEndpoint };
    // As Node and Python are told whom to trust.
    return race(stream, command, task, { NODE_EXTRA_CA_CERTS: certificate, AWS_CA_BUNDLE: certificate });
  }

  private async play(
    contestants: readonly Contestant[],
    rounds: number,
    side: 'producer' | 'consumer',
    turn: (name: string, command: Command) => Promise<Race>,
  ): Promise<Races> {
    const races = new Map<Contestant, Race[]>();
    for (const contestant of contestants) if (contestant[side]) races.set(contestant, []);
    for (let round = 0; round < rounds; round++) {
      // Back and forth, so that what the machine does meanwhile favours none.
      const order = round % 2 === 0 ? [...races] : [...races].reverse();
      for (const [contestant, found] of order) {
        const command = contestant[side];
        if (!command) continue;
        try {
          found.push(await turn(`${side}-${contestant.name}-${round}`, command));
          console.log(`${side}, ${contestant.name}: ${JSON.stringify(found.at(-1))}`);
        } catch (error) {
          // The others go on.
          races.delete(contestant);
          this.failures.push(String(error));
        }
      }
    }
    return races;
  }

  private task(stream: string, application: string): Task {
    const { kinesis, dynamodb, redisPort } = this.arena;
    return {
      BENCH_ENDPOINT: kinesis.endpoint,
      BENCH_STREAM: stream,
      BENCH_APPLICATION: application,
      BENCH_RECORDS: String(this.records),
      BENCH_ITEMS: this.items,
      BENCH_TELL: 'counts',
      BENCH_DYNAMODB: dynamodb,
      BENCH_REDIS_PORT: String(redisPort ?? 0),
    };
  }
}
