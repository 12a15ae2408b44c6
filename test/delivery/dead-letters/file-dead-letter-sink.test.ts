import { appendFile, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DeadLetterEnvelope as DeadLetter,
  DeadLetterSinkError,
  decodeDeadLetter,
  FileDeadLetterSink,
  KinesisConfigurationError,
} from 'nestjs-kinesis';
import { deadLetter } from '../../support/dead-letter.js';

const { signal } = new AbortController();
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dead-letters-'));
  path = join(folder, 'letters.jsonl');
});

afterEach(() => rm(folder, { recursive: true }));

const letterOf = (sequenceNumber: number): DeadLetter =>
  deadLetter({ sequenceNumber: String(sequenceNumber) });

async function lines(of = path): Promise<string[]> {
  return (await readFile(of, 'utf8')).split('\n').slice(0, -1);
}

const stored = async (of = path): Promise<number[]> =>
  (await lines(of)).map((line) => Number(decodeDeadLetter(line).sequenceNumber));

it('adds letters as lines, in the order in which they were sent', async () => {
  const sink = new FileDeadLetterSink({ path });
  await Promise.all([1, 3, 5].map((n) => sink.send([letterOf(n), letterOf(n + 1)], signal)));
  await new FileDeadLetterSink({ path }).send([letterOf(7)], signal);
  expect(await stored()).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

it('makes the folders, and a file that only its owner may read', async () => {
  path = join(folder, 'a', 'b', 'letters.jsonl');
  await new FileDeadLetterSink({ path }).send([letterOf(1)], signal);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

it('begins a line of its own behind one that a crash has cut short', async () => {
  const sink = new FileDeadLetterSink({ path });
  await sink.send([letterOf(1)], signal);
  await appendFile(path, '{"version":1,"id":"ord');
  await sink.send([letterOf(2)], signal);
  const [first = '', torn, second = ''] = await lines();
  expect(torn).toBe('{"version":1,"id":"ord');
  expect([first, second].map((line) => decodeDeadLetter(line))).toEqual([letterOf(1), letterOf(2)]);
});

it('goes on in a new file when the old one was moved away', async () => {
  const sink = new FileDeadLetterSink({ path });
  await sink.send([letterOf(1)], signal);
  await rename(path, `${path}.old`);
  await sink.send([letterOf(2)], signal);
  expect(await stored(`${path}.old`)).toEqual([1]);
  expect(await stored()).toEqual([2]);
});

it('rejects where it cannot write, and goes on when it can', async () => {
  await mkdir(path);
  const sink = new FileDeadLetterSink({ path });
  const failure: unknown = await sink.send([letterOf(1)], signal).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(DeadLetterSinkError);
  expect(failure).toMatchObject({
    message: `file ${path}: it cannot be written (EISDIR).`,
    retryable: false,
  });
  await rm(path, { recursive: true });
  await sink.send([letterOf(2)], signal);
  expect(await stored()).toEqual([2]);
});

it('writes nothing for those who do not wait any more', async () => {
  const sink = new FileDeadLetterSink({ path });
  const reason = new Error('stopped');
  const first = sink.send([letterOf(1)], signal);
  await expect(sink.send([letterOf(2)], AbortSignal.abort(reason))).rejects.toBe(reason);
  await first;
  expect(await stored()).toEqual([1]);
});

it('does nothing for no letters', async () => {
  await new FileDeadLetterSink({ path }).send([], signal);
  await expect(stat(path)).rejects.toThrow('ENOENT');
});

it('needs a path', () => {
  expect(() => new FileDeadLetterSink({ path: '' })).toThrow(KinesisConfigurationError);
});
