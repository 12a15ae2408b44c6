import { access, type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KinesisConfigurationError } from '../../errors.js';
import type { DeadLetter } from './dead-letter.js';
import { encodeDeadLetter } from './dead-letter-codec.js';
import type { DeadLetterSink } from './dead-letter-sink.js';
import { DeadLetterSinkError } from './letter-errors.js';

const NEWLINE = 0x0a;

/** What somebody has to change first. */
const DEFINITIVE = new Set(['EACCES', 'EPERM', 'EISDIR', 'ENOTDIR']);

/** Options of {@link FileDeadLetterSink}. */
export interface FileDeadLetterSinkOptions {
  /** The file; it is created with its folders where it is missing, readable for its owner alone. */
  path: string;

  /**
   * What logs and errors call the sink.
   *
   * @defaultValue `'file'` and the path
   */
  name?: string;
}

/**
 * Dead letters of one process as lines of JSON at the end of a file. They are on disk (`fsync`) when `send` resolves; a line that a
 * crash has cut short was never acknowledged, and readers pass over it. The file is opened for each `send`, so that it
 * may be moved away at any time. A container's own disk goes with the container: put the file on a volume.
 */
export class FileDeadLetterSink implements DeadLetterSink {
  readonly name: string;
  private readonly path: string;
  /** Ends when everything sent before is written or has failed: lines must not mingle. */
  private last: Promise<void> = Promise.resolve();

  /** @throws KinesisConfigurationError without a path */
  constructor(options: FileDeadLetterSinkOptions) {
    const { path } = options;
    if (typeof path !== 'string' || path === '') {
      throw new KinesisConfigurationError(
        'FileDeadLetterSink: option "path" is required: the path of a file.',
      );
    }
    this.path = path;
    this.name = options.name ?? `file ${path}`;
  }

  send(letters: readonly DeadLetter[], signal: AbortSignal): Promise<void> {
    const sent = this.last.then(() => {
      signal.throwIfAborted();
      return this.append(letters.map((letter) => `${encodeDeadLetter(letter)}\n`).join(''));
    });
    this.last = sent.catch(() => undefined);
    return sent;
  }

  private async append(lines: string): Promise<void> {
    if (lines === '') return;
    try {
      const isNew = !(await exists(this.path));
      if (isNew) await mkdir(dirname(this.path), { recursive: true });
      // Letters hold payloads.
      const file = await open(this.path, 'a+', 0o600);
      try {
        await file.appendFile((await endsWithinLine(file)) ? `\n${lines}` : lines);
        await file.sync();
      } finally {
        await file.close();
      }
      if (isNew) await syncFolder(dirname(this.path));
    } catch (cause) {
      throw this.failure(cause as NodeJS.ErrnoException);
    }
  }

  private failure(cause: NodeJS.ErrnoException): DeadLetterSinkError {
    const code = cause.code ?? cause.name;
    return new DeadLetterSinkError(this.name, `it cannot be written (${code}).`, {
      cause,
      retryable: !DEFINITIVE.has(code),
    });
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Whether somebody's last line was cut short: what comes next must not be added to it. */
async function endsWithinLine(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const end = Buffer.alloc(1);
  await file.read(end, 0, 1, size - 1);
  return end[0] !== NEWLINE;
}

/** A new file is in its folder for good only when that is on disk, too. */
async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders, and needs none of it.
  const folder = await open(path, 'r').catch(() => undefined);
  if (!folder) return;
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
