import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/** What a worker says about one call of its handler. */
export interface HandlerEntry {
  readonly event: 'start' | 'finish';
  readonly worker: string;
  readonly shardId: string;
  readonly fencingToken: number;
  readonly sequenceNumber: string;
  readonly key: string;
  /** The record is the n-th of its key, from 0. */
  readonly n: number;
}

/** A worker has learned that a lease is no longer its own. */
export interface LostEntry {
  readonly event: 'lost';
  readonly worker: string;
  readonly shardId: string;
  readonly fencingToken: number;
}

/** What is done to a worker; `ready` is what the worker says itself. */
export interface FateEntry {
  readonly event: 'ready' | 'killed' | 'frozen' | 'thawed' | 'told to stop' | 'stopped';
  readonly worker: string;
}

/** What is done to the store and to the stream. */
export interface WorldEntry {
  readonly event: 'store killed' | 'store back' | 'split' | 'merge';
}

export type JournalEntry = (HandlerEntry | LostEntry | FateEntry | WorldEntry) & {
  /** {@link monotonic} time: for figures, never for judging. */
  readonly at: number;
};

/** Milliseconds on the machine's monotonic clock, which all its processes share. */
export function monotonic(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}

type WithoutTime<T> = T extends unknown ? Omit<T, 'at'> : never;

/**
 * One file that all processes append to. A line is there when the call that wrote it returns, whatever becomes of its
 * process, and the order of the lines is the order of events in all processes: no clock has to be compared.
 */
export class Journal {
  private readonly file: number;
  private offset = 0;
  private rest = '';

  constructor(path: string) {
    this.file = openSync(path, 'a+');
  }

  append(entry: WithoutTime<JournalEntry>): void {
    writeSync(this.file, `${JSON.stringify({ ...entry, at: monotonic() })}\n`);
  }

  /** What was appended since the last call. */
  read(): JournalEntry[] {
    const buffer = Buffer.alloc(256 * 1024);
    let text = this.rest;
    for (;;) {
      const size = readSync(this.file, buffer, 0, buffer.length, this.offset);
      if (size === 0) break;
      this.offset += size;
      text += buffer.toString('latin1', 0, size);
    }
    const lines = text.split('\n');
    this.rest = lines.pop() ?? '';
    return lines.map((line) => JSON.parse(line) as JournalEntry);
  }

  close(): void {
    closeSync(this.file);
  }
}
