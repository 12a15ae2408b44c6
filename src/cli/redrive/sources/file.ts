import { open } from 'node:fs/promises';
import type { FoundLetter, LetterBatch, LetterSource } from '../letter-source.js';
import { LettersRead } from '../letters-read.js';
import { ProgressFile } from '../progress-file.js';
import type { OpenSource } from '../sources.js';

export const openFile: OpenSource = async (path, { progress = `${path}.redriven` }) => {
  // What cannot be read is known before anything else happens.
  await (await open(path, 'r')).close();
  return new FileSource(path, await ProgressFile.open(progress));
};

class FileSource implements LetterSource {
  readonly label: string;

  constructor(
    private readonly path: string,
    private readonly progress: ProgressFile,
  ) {
    this.label = path;
  }

  async *batches(): AsyncGenerator<LetterBatch> {
    const file = await open(this.path, 'r');
    let batch = new LettersRead((letter) => this.progress.has(letter));
    let number = 0;
    try {
      for await (const line of file.readLines({ encoding: 'utf8' })) {
        number++;
        if (line !== '') batch.add(line, `line ${number}`);
        if (!batch.isFull) continue;
        yield batch;
        batch = new LettersRead((letter) => this.progress.has(letter));
      }
    } finally {
      await file.close();
    }
    yield batch;
  }

  async done(letters: readonly FoundLetter[]): Promise<void> {
    await this.progress.add(letters.map(({ letter }) => letter));
  }

  async close(): Promise<void> {
    await this.progress.close();
  }
}
