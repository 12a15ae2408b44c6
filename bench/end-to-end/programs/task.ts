import { readFileSync } from 'node:fs';
import type { Item } from '../../producer/workload.js';
import type { Task } from '../program.js';

/** What this process is to do. */
export const task = process.env as unknown as Task;

// It stays until it is told to go, so that what it used can be read.
process.stdin.resume().on('end', () => process.exit());

export const CREDENTIALS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };

export function readItems(): readonly Item[] {
  return JSON.parse(readFileSync(task.BENCH_ITEMS, 'utf8')) as Item[];
}

/** Milliseconds between two lines. */
const INTERVAL = 100;

const expected = Number(task.BENCH_RECORDS);
let [count, due] = [0, 0];

/** So many records more are acknowledged or handled. */
export function tally(records: number): void {
  count += records;
  const now = performance.now();
  if (now < due && count < expected) return;
  due = now + INTERVAL;
  process.stdout.write(`count ${count}\n`);
}

/** A record is handled. */
export function tell(value: unknown): void {
  if (task.BENCH_TELL === 'counts') tally(1);
  else process.stdout.write(`shard ${(value as { shard: number }).shard}\n`);
}
