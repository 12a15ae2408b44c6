import { closeSync, openSync, readSync } from 'node:fs';
import type { Order } from './app/settings.js';

/** A line of what an app writes down. */
export interface JournalEntry extends Order {
  readonly what: 'started' | 'inserted';
}

/** Reads on in a file that apps append to. */
export class AppJournal {
  private readonly file: number;
  private readonly all: JournalEntry[] = [];
  private readonly buffer = Buffer.alloc(256 * 1024);
  private offset = 0;
  private rest = '';

  constructor(readonly path: string) {
    this.file = openSync(path, 'a+');
  }

  entries(what: JournalEntry['what']): JournalEntry[] {
    for (;;) {
      const size = readSync(this.file, this.buffer, 0, this.buffer.length, this.offset);
      if (size === 0) break;
      this.offset += size;
      const lines = (this.rest + this.buffer.toString('latin1', 0, size)).split('\n');
      this.rest = lines.pop() ?? '';
      for (const line of lines) this.all.push(JSON.parse(line) as JournalEntry);
    }
    return this.all.filter((entry) => entry.what === what);
  }

  close(): void {
    closeSync(this.file);
  }
}
