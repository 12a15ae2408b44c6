import { type FileHandle, open } from 'node:fs/promises';
import type { DeadLetter } from '../../delivery/dead-letters/dead-letter.js';
import { keyOf } from './letter-filter.js';

/**
 * Which letters are back in their stream: a file with a line for each. It knows letters by what they are, not by where
 * they are: their file may be moved, cut or put together with others.
 */
export class ProgressFile {
  private file: FileHandle | undefined;

  private constructor(
    private readonly path: string,
    private readonly redriven: Set<string>,
    private readonly endsWithinLine: boolean,
  ) {}

  /** A file that is not there yet knows of none. */
  static async open(path: string): Promise<ProgressFile> {
    const text = await read(path);
    // A line that was cut short is no letter's key: that letter comes twice.
    return new ProgressFile(path, new Set(text.split('\n')), text !== '' && !text.endsWith('\n'));
  }

  has(letter: DeadLetter): boolean {
    return this.redriven.has(keyOf(letter));
  }

  /** Resolves when they are on disk. */
  async add(letters: readonly DeadLetter[]): Promise<void> {
    const keys = letters.map(keyOf);
    const isFirst = this.file === undefined;
    this.file ??= await open(this.path, 'a', 0o600);
    const lines = keys.map((key) => `${key}\n`).join('');
    await this.file.appendFile(isFirst && this.endsWithinLine ? `\n${lines}` : lines);
    await this.file.datasync();
    for (const key of keys) this.redriven.add(key);
  }

  async close(): Promise<void> {
    await this.file?.close();
  }
}

async function read(path: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
