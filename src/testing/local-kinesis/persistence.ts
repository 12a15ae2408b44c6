import { access, constants, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type LocalKinesisEngine } from './engine/engine.js';

/**
 * Puts back what {@link saveTo} wrote; a file that does not exist yet holds nothing.
 *
 * @throws Error for a file that is something else: it stays as it is; the system's error where {@link saveTo} could not
 *   write later, when it would be too late
 */
export async function restoreFrom(file: string, engine: LocalKinesisEngine): Promise<void> {
  await access(dirname(file), constants.W_OK);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return;
  try {
    engine.restore(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${file} does not hold a saved local Kinesis: move it away to begin anew`, { cause });
  }
}

/** Writes all streams with their records to a file, which has either the old state or the new one at any moment. */
export async function saveTo(file: string, engine: LocalKinesisEngine): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, JSON.stringify(engine.snapshot()));
  await rename(temporary, file);
}
