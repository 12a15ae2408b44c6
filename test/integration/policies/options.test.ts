import {
  DeadLetter,
  HaltShard,
  type KinesisBatchContext,
  type KinesisConsumerHandlerOptions,
  type ReceivedRecord,
  RetryLater,
  SkipRecord,
} from 'nestjs-kinesis';
import { eventually } from '../../support/eventually.js';
import { type Ledger, numbersTo } from './support/ledger.js';
import { numbered } from './support/numbered-records.js';
import { type Call, PolicyApp } from './support/policy-app.js';

const COUNT = 20;
const BAD = 7;

/** One handler on a stream of its own; what it is scripted to do, and what must have become of the records then. */
interface Case {
  readonly options?: KinesisConsumerHandlerOptions;
  /** What happens with a call that has the bad record; the others succeed. */
  readonly bad: (call: Call) => unknown;
  readonly skipped?: readonly number[];
  readonly letters?: Ledger['letters'];
  /** Called with what the handler was called with. */
  readonly check?: (ledger: Ledger) => void;
  /** Whether what is handled is in the order of the shard; else it is only each record once. */
  readonly inOrder?: boolean;
}

const QUICK = { backoff: { initial: 1, max: 2 } };
const attempts = (count: number) => (ledger: Ledger) =>
  expect(ledger.attemptsAt(BAD)).toEqual(numbersTo(count).map((index) => index + 1));
const failsUntil =
  (attempt: number) =>
  (call: Call): void => {
    if (call.attempt < attempt) throw new Error('told to fail');
    call.done();
  };
const upToBad = ({ numbers }: Call): number[] => numbers.filter((number) => number < BAD);
/** A batch of some records: the first call has all there are. */
const BATCH = { batch: { maxRecords: COUNT }, retry: QUICK };

const CASES: Readonly<Record<string, Case>> = {
  'defaults: tried again until it succeeds': { bad: failsUntil(4), check: attempts(4) },
  // With the default waits this takes minutes.
  'retry.backoff': { options: { retry: QUICK }, bad: failsUntil(14), check: attempts(14) },
  'retry.attempts, of which the last succeeds': {
    options: { retry: { ...QUICK, attempts: 3 } },
    bad: failsUntil(3),
    check: attempts(3),
  },
  'retry.maxAge that has not passed': {
    options: { retry: { ...QUICK, maxAge: 3_600_000 } },
    bad: failsUntil(3),
    check: attempts(3),
  },
  'retry.retryable says yes': {
    options: { retry: { ...QUICK, retryable: () => true } },
    bad: failsUntil(3),
    check: attempts(3),
  },
  'the module skips, so does the handler': {
    options: { retry: { attempts: 1 } },
    bad: failsUntil(9),
    skipped: [BAD],
  },
  'timeout: the signal aborts, the attempt has failed': {
    options: { timeout: 20, retry: QUICK },
    bad: async (call) => {
      if (call.attempt < 3) await new Promise((resolve) => call.signal.addEventListener('abort', resolve));
      else call.done();
    },
    check: (ledger) => {
      attempts(3)(ledger);
      expect(ledger.failures.map(({ code }) => code)).toEqual(Array(2).fill('KINESIS_HANDLER_TIMEOUT'));
    },
  },
  SkipRecord: {
    options: { onExhausted: 'dead-letter' },
    bad: () => {
      throw new SkipRecord();
    },
    skipped: [BAD],
    check: (ledger) => expect(ledger.failures).toEqual([]),
  },
  'RetryLater, which uses no attempt up': {
    options: { retry: { attempts: 1 } },
    bad: (call) => {
      if (call.attempt < 3) throw new RetryLater(1);
      call.done();
    },
    check: (ledger) => {
      attempts(3)(ledger);
      expect(ledger.delayed).toEqual([BAD, BAD]);
    },
  },
  DeadLetter: {
    bad: () => {
      throw new DeadLetter('unknown airline');
    },
    letters: [{ number: BAD, attempts: 1, reason: 'unknown airline', code: 'KINESIS_CONTROL_FLOW' }],
  },
  'HaltShard, resumed': {
    bad: (call) => {
      if (halts-- > 0) throw new HaltShard();
      call.done();
    },
    check: (ledger) => expect(ledger.halted).toEqual([BAD]),
  },
  'a batch without bisectOnError': {
    options: { ...BATCH, retry: { attempts: 2, backoff: { initial: 1 } } },
    bad: () => {
      throw new Error('told to fail');
    },
    skipped: numbersTo(COUNT),
  },
  bisectOnError: {
    options: { ...BATCH, bisectOnError: true, retry: { attempts: 2, backoff: { initial: 1 } } },
    bad: () => {
      throw new Error('told to fail');
    },
    skipped: [BAD],
  },
  'return { failed }': {
    options: BATCH,
    bad: ({ input, numbers, attempt, done }) => {
      if (attempt > 2) return done();
      done(numbers.filter((number) => number !== BAD));
      return { failed: (input as ReceivedRecord[]).filter((_, index) => numbers[index] === BAD) };
    },
    check: (ledger) => expect(ledger.calls.slice(1).map(({ numbers }) => numbers)).toEqual([[BAD], [BAD]]),
    inOrder: false,
  },
  'context.failFrom': {
    options: BATCH,
    bad: (call) => {
      if (call.attempt > 1) return call.done();
      call.done(upToBad(call));
      const [failed] = (call.input as ReceivedRecord[]).slice(call.numbers.indexOf(BAD));
      if (failed) (call.context as KinesisBatchContext).failFrom(failed);
    },
    check: (ledger) => expect(ledger.calls[1]?.numbers).toEqual(numbersTo(COUNT).slice(BAD)),
  },
  'batchItemFailures, as Lambda takes them': {
    options: BATCH,
    bad: (call) => {
      if (call.attempt > 1) return call.done();
      call.done(upToBad(call));
      const failed = (call.input as ReceivedRecord[]).slice(call.numbers.indexOf(BAD));
      return { batchItemFailures: failed.map(({ sequenceNumber }) => ({ itemIdentifier: sequenceNumber })) };
    },
    check: (ledger) => expect(ledger.calls[1]?.numbers).toEqual(numbersTo(COUNT).slice(BAD)),
  },
  'orderBy a function: the key waits, the others do not': {
    options: { concurrency: 16, orderBy: ({ number }: { number: number }) => number % 5, retry: QUICK },
    bad: failsUntil(3),
    check: ({ handled }) => {
      for (const key of numbersTo(5)) {
        const ofKey = handled.filter((number) => number % 5 === key);
        expect(ofKey).toEqual([...ofKey].sort((a, b) => a - b));
      }
      expect(handled.indexOf(BAD)).toBeGreaterThan(BAD);
    },
    inOrder: false,
  },
  "orderBy 'none': only the record itself waits": {
    options: { concurrency: 2, orderBy: 'none', retry: { backoff: { initial: 100 } } },
    bad: failsUntil(2),
    check: ({ handled }) => expect(handled.at(-1)).toBe(BAD),
    inOrder: false,
  },
  filter: {
    options: { filter: { data: { number: [{ numeric: ['<', COUNT] }] } } },
    bad: failsUntil(2),
    check: attempts(2),
  },
};

const cases = Object.entries(CASES).map(([name, scripted], index) => ({
  ...scripted,
  name,
  stream: `stream-${index}`,
}));

let halts = 1;
let app: PolicyApp;

beforeAll(async () => {
  app = await PolicyApp.start({
    streams: Object.fromEntries(cases.map(({ stream }) => [stream, numbered(COUNT)])),
    handlers: cases.map(({ stream, options, bad }) => ({
      name: stream,
      stream,
      ...(options ? { options } : {}),
      script: (call: Call) => (call.numbers.includes(BAD) ? bad(call) : call.done()),
    })),
    module: { consumer: { onExhausted: 'skip' } },
  });
});

afterAll(() => app.stop());

it.each(cases)('$name', async ({ name, stream, skipped = [], letters = [], check, inOrder = true }) => {
  const ledger = app.ledger(stream);
  if (name.startsWith('HaltShard')) {
    await eventually(() => ledger.halted.length > 0, 'the shard stands still');
    expect(ledger.handled).toEqual(numbersTo(BAD));
    app.resume(stream);
  }
  await eventually(() => ledger.count >= COUNT, `${name}: ${JSON.stringify(ledger)}`);
  expect(ledger.settled).toEqual(numbersTo(COUNT));
  expect(ledger.skipped).toEqual(skipped);
  expect(ledger.letters).toEqual(letters);
  if (inOrder) expect(ledger.handled).toEqual([...ledger.handled].sort((a, b) => a - b));
  check?.(ledger);
});
