import type { KinesisConsumerHandlerOptions, StandardSchema } from 'nestjs-kinesis';
import { eventually } from '../../support/eventually.js';
import { numbersTo } from './support/ledger.js';
import { numbered, type Numbered } from './support/numbered-records.js';
import { PolicyApp, type ScriptedHandler } from './support/policy-app.js';

/** Records of each stream, and the one of them that is bad. */
const COUNT = 24;
const BAD = 13;

/** What is wrong with the bad record, and what its handler's options say about that. */
interface Reason {
  readonly options?: KinesisConsumerHandlerOptions;
  readonly schema?: StandardSchema;
  readonly error?: () => Error;
  readonly isBroken?: boolean;
  /** How often the handler is called with the bad record. */
  readonly calls: number;
  readonly code?: string;
}

const SCHEMA: StandardSchema = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) =>
      !isMended && (value as Numbered).number === BAD ? { issues: [{ message: 'bad' }] } : { value },
  },
};

const REASONS: Readonly<Record<string, Reason>> = {
  'no attempt is left': { options: { retry: { attempts: 3, backoff: { initial: 1 } } }, calls: 3 },
  'it is too old': { options: { retry: { maxAge: 0 } }, calls: 1 },
  'its error is not retryable': {
    options: { retry: { retryable: (error) => !(error instanceof RangeError) } },
    error: () => new RangeError('bad'),
    calls: 1,
  },
  'it cannot be decoded': { isBroken: true, calls: 0, code: 'KINESIS_DESERIALIZATION' },
  'its schema refuses it': { schema: SCHEMA, calls: 0, code: 'KINESIS_VALIDATION' },
  'its handler takes too long': {
    options: { timeout: 5, retry: { attempts: 2, backoff: { initial: 1 } } },
    error: () => new Error('too late'),
    calls: 2,
    code: 'KINESIS_HANDLER_TIMEOUT',
  },
};

/** A batch fails as a whole unless it is halved; halves begin to count anew. */
const SHAPES: Readonly<Record<string, KinesisConsumerHandlerOptions>> = {
  'one by one': {},
  'in halved batches': { batch: { maxRecords: 10 }, bisectOnError: true },
};

const FATES = ['skip', 'dead-letter', 'halt'] as const;

interface Case {
  readonly stream: string;
  readonly reason: Reason;
  readonly onExhausted: (typeof FATES)[number];
}

const cases: [string, Case, ScriptedHandler][] = [];
for (const [why, reason] of Object.entries(REASONS)) {
  for (const onExhausted of FATES) {
    for (const [how, shape] of Object.entries(SHAPES)) {
      const stream = `stream-${cases.length}`;
      const options = { ...shape, ...reason.options, onExhausted };
      const handler = { name: stream, stream, options, script: scriptOf(reason) };
      cases.push([
        `${why}, ${how}: ${onExhausted}`,
        { stream, reason, onExhausted },
        reason.schema ? { ...handler, schema: reason.schema } : handler,
      ]);
    }
  }
}

/** Whatever was wrong with the bad records is put right. */
let isMended = false;
let app: PolicyApp;

function scriptOf({ error, options, isBroken }: Reason): ScriptedHandler['script'] {
  return async ({ numbers, signal, done }) => {
    if (!isMended && !isBroken && numbers.includes(BAD)) {
      if (options?.timeout) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      throw error?.() ?? new Error('bad');
    }
    done();
  };
}

beforeAll(async () => {
  app = await PolicyApp.start({
    streams: Object.fromEntries(
      cases.map(([, { stream, reason }]) => [
        stream,
        numbered(COUNT, { broken: reason.isBroken ? [BAD] : [] }),
      ]),
    ),
    handlers: cases.map(([, , handler]) => handler),
  });
});

afterAll(() => app.stop());

it.each(cases)('%s', async (_, { stream, reason, onExhausted }) => {
  const ledger = app.ledger(stream);
  const isHalt = onExhausted === 'halt';
  await eventually(
    () => (isHalt ? ledger.halted.length > 0 : ledger.count >= COUNT),
    `${stream}: ${JSON.stringify(ledger)}`,
  );
  expect(ledger.handled).toEqual(isHalt ? numbersTo(BAD) : numbersTo(COUNT, BAD));
  expect(ledger.skipped).toEqual(onExhausted === 'skip' ? [BAD] : []);
  expect(ledger.halted).toEqual(isHalt ? [BAD] : []);
  expect(ledger.deadLettered).toEqual(onExhausted === 'dead-letter' ? [BAD] : []);
  const attempts = Math.max(1, reason.calls);
  expect(ledger.letters).toEqual(
    onExhausted === 'dead-letter' ? [{ number: BAD, attempts, code: reason.code }] : [],
  );
  const alone = ledger.calls.filter(({ numbers }) => numbers.length === 1 && numbers[0] === BAD);
  expect(alone).toHaveLength(reason.calls);
  expect(ledger.failures.filter(({ final }) => final)).toEqual([
    { number: BAD, attempt: attempts, final: true, code: reason.code },
  ]);
});

it('what stands still goes on once it is put right and resumed, with the bad record first', async () => {
  const halted = cases.filter(([, { onExhausted }]) => onExhausted === 'halt');
  isMended = true;
  for (const [, { stream }] of halted) app.resume(stream);
  for (const [name, { stream, reason }] of halted) {
    const ledger = app.ledger(stream);
    const isOver = (): boolean => (reason.isBroken ? ledger.halted.length > 1 : ledger.count >= COUNT);
    await eventually(isOver, `${name}: ${JSON.stringify(ledger)}`);
    // What cannot be decoded is as it was.
    expect(ledger.handled).toEqual(numbersTo(reason.isBroken ? BAD : COUNT));
    expect(ledger.halted).toEqual(reason.isBroken ? [BAD, BAD] : [BAD]);
  }
});
