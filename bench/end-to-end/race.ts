import { setTimeout as delay } from 'node:timers/promises';
import { usageOf } from './process-tree.js';
import { type Command, Program, type Task } from './program.js';

/** What it took a program to put or to consume records. */
export interface Race {
  readonly records: number;
  /** Milliseconds from the start of its process to its first record. */
  readonly startUp: number;
  /** Milliseconds of processor time until then. */
  readonly startUpProcessorTime: number;
  /** From its first record to its last. */
  readonly recordsPerSecond: number;
  /** Microseconds of processor time of all its processes, over the second half of the time, when what is hot is compiled. */
  readonly processorTimePerRecord: number;
  /** Bytes. */
  readonly peakMemory: number;
}

export interface Sight {
  readonly at: number;
  readonly count: number;
  readonly processorTime: number;
  readonly peakMemory: number;
}

/**
 * Milliseconds until the first record (a KCL 3.x takes a minute and a half for a new application), from then on, and of
 * processor time from then on: where others keep the machine busy, a turn takes longer and is as good.
 */
const PATIENCE = { start: 240_000, run: 60_000, processorTime: 20_000 };

/** Lets a program go until it has done all of its records, or for as long as one has patience. */
export async function race(
  name: string,
  command: Command,
  task: Task,
  environment: NodeJS.ProcessEnv,
): Promise<Race> {
  const begin = performance.now();
  const sights: Sight[] = [];
  const program = Program.start(name, command, { ...environment, ...task }, (line) => {
    const count = Number(/^count (\d+)$/.exec(line)?.[1]);
    if (count > 0) sights.push({ at: performance.now() - begin, count, ...usageOf(program.pid) });
  });
  const isOver = (): boolean => {
    const [first, last] = [sights[0], sights.at(-1)];
    const now = performance.now() - begin;
    if (!first || !last) return now > PATIENCE.start;
    return (
      last.count >= Number(task.BENCH_RECORDS) ||
      last.processorTime > first.processorTime + PATIENCE.processorTime ||
      now > first.at + PATIENCE.run
    );
  };
  while (program.running && !isOver()) await delay(20);
  // What is still in the pipe when it is dead is no sight of it.
  const seen = [...sights];
  await program.kill();
  return judge(name, seen);
}

/** @param sights - what was seen of it, from its first record to its last */
export function judge(name: string, sights: readonly Sight[]): Race {
  const [first, last] = [sights[0], sights.at(-1)];
  const middle = first && last && sights.find(({ at }) => at >= (first.at + last.at) / 2);
  // Two looks at it tell nothing about what lies between.
  if (!middle || middle.count >= last.count) throw new Error(`${name} did not get far; see its log`);
  return {
    records: last.count,
    startUp: first.at,
    startUpProcessorTime: first.processorTime,
    recordsPerSecond: ((last.count - first.count) * 1000) / (last.at - first.at),
    processorTimePerRecord:
      ((last.processorTime - middle.processorTime) * 1000) / (last.count - middle.count),
    peakMemory: last.peakMemory,
  };
}
