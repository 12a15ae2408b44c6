import { type KinesisWindowContext, MemoryCheckpointer } from 'nestjs-kinesis';
import { eventually } from '../../support/eventually.js';
import { numbersTo } from './support/ledger.js';
import { numbered } from './support/numbered-records.js';
import { type Call, PolicyApp, type PolicyAppOptions, type ScriptedHandler } from './support/policy-app.js';

const COUNT = 40;
const BAD = 11;
const ONCE = { attempts: 1 };

let app: PolicyApp | undefined;

afterEach(async () => {
  await app?.stop();
  app = undefined;
});

async function start(
  handlers: readonly Omit<ScriptedHandler, 'stream'>[],
  options: Partial<PolicyAppOptions> = {},
): Promise<PolicyApp> {
  app = await PolicyApp.start({
    streams: { orders: numbered(COUNT) },
    handlers: handlers.map((handler) => ({ ...handler, stream: 'orders' })),
    ...options,
  });
  return app;
}

function failing({ numbers, done }: Call): void {
  if (numbers.includes(BAD)) throw new Error('told to fail');
  done();
}

it('handlers of one shard each go by their own policy', async () => {
  const { ledger } = bound(
    await start([
      { name: 'skips', options: { retry: ONCE, onExhausted: 'skip' }, script: failing },
      { name: 'posts', options: { retry: ONCE, onExhausted: 'dead-letter' }, script: failing },
      { name: 'takes', script: ({ done }) => done() },
    ]),
  );
  const names = ['skips', 'posts', 'takes'];
  await eventually(() => names.every((name) => ledger(name).count >= COUNT), 'all are done');
  for (const name of names) expect(ledger(name).settled).toEqual(numbersTo(COUNT));
  expect(ledger('skips').skipped).toEqual([BAD]);
  expect(ledger('posts').letters.map(({ number }) => number)).toEqual([BAD]);
  expect(ledger('takes').handled).toEqual(numbersTo(COUNT));
});

it('a handler that halts holds the others of its shard up, but none with leases of its own', async () => {
  let isMended = false;
  const started = await start([
    {
      name: 'halts',
      options: { retry: ONCE },
      script: (call) => (isMended ? call.done() : failing(call)),
    },
    {
      // Never further than one that halts: it comes to a record when that one has.
      name: 'beside',
      script: async ({ numbers: [number = 0], done }) => {
        await eventually(() => ledger('halts').calls.length > number || isHalted(), 'it has begun');
        done();
      },
    },
    { name: 'apart', options: { application: 'apart' }, script: ({ done }) => done() },
  ]);
  const { ledger } = bound(started);
  const isHalted = (): boolean => ledger('halts').halted.length > 0;
  await eventually(() => isHalted() && ledger('apart').count >= COUNT, 'the other application goes on');
  expect(ledger('halts').handled).toEqual(numbersTo(BAD));
  expect(ledger('beside').count).toBeLessThanOrEqual(BAD + 1);
  isMended = true;
  started.resume('orders');
  await eventually(() => ['halts', 'beside'].every((name) => ledger(name).count >= COUNT), 'both go on');
  for (const name of ['halts', 'beside', 'apart']) expect(ledger(name).handled).toEqual(numbersTo(COUNT));
});

it('a sink that fails holds up its lane, and nothing is lost', async () => {
  const sink = { calls: 0, isBack: false };
  const { ledger } = bound(
    await start(
      [
        {
          name: 'posts',
          options: { concurrency: 32, retry: ONCE, onExhausted: 'dead-letter' },
          script: failing,
        },
      ],
      {
        // With as many keys as records, at most a few share the lane of the bad one.
        streams: { orders: numbered(COUNT, { keys: COUNT }) },
        beforeStore: () => {
          sink.calls++;
          if (!sink.isBack) throw new Error('the sink is away');
        },
      },
    ),
  );
  await eventually(() => sink.calls > 1 && ledger('posts').count > COUNT / 2, 'other lanes go on');
  expect(ledger('posts').deadLettered).toEqual([]);
  sink.isBack = true;
  await eventually(() => ledger('posts').count >= COUNT, 'all are done');
  expect(ledger('posts').settled).toEqual(numbersTo(COUNT));
  expect(ledger('posts').letters.map(({ number }) => number)).toEqual([BAD]);
  expect(ledger('posts').attemptsAt(BAD)).toEqual([1]);
});

/** Collects numbers in the state of a window; `finals` gets them when it is over. */
function collecting(finals: number[][], states: (number[] | undefined)[]): ScriptedHandler['script'] {
  return ({ numbers, context, attempt, done }) => {
    const { state, isFinalInvokeForWindow } = context as KinesisWindowContext<number[]>;
    if (isFinalInvokeForWindow) {
      if (attempt < 3) throw new Error('told to fail');
      return finals.push(state ?? []);
    }
    if (numbers.includes(BAD) && attempt < 3) throw new Error('told to fail');
    states.push(state);
    done();
    return { state: [...(state ?? []), ...numbers] };
  };
}

it('a window carries its state through failures to its last call', async () => {
  const finals: number[][] = [];
  const options = { window: { length: 1_000, maxRecords: 6 }, retry: { backoff: { initial: 1 } } };
  const { ledger } = bound(await start([{ name: 'sums', options, script: collecting(finals, []) }]));
  await eventually(() => finals.flat().length >= COUNT, 'the windows are over');
  expect(finals.flat()).toEqual(numbersTo(COUNT));
  expect(ledger('sums').handled).toEqual(numbersTo(COUNT));
});

it('a window that is open at a restart begins again, with all its records and no state', async () => {
  const states: (number[] | undefined)[] = [];
  const options: PolicyAppOptions = {
    streams: { orders: numbered(COUNT) },
    handlers: [
      {
        name: 'sums',
        stream: 'orders',
        options: { window: { length: 900_000, maxRecords: 100 }, retry: { backoff: { initial: 1 } } },
        script: collecting([], states),
      },
    ],
    module: { checkpointer: new MemoryCheckpointer() },
  };
  const first = (app = await PolicyApp.start(options));
  await eventually(() => first.ledger('sums').count >= COUNT, 'all are handled');
  app = await first.restart(options);
  const second = app.ledger('sums');
  await eventually(() => second.count >= COUNT, 'all are handled again');
  expect(second.handled).toEqual(numbersTo(COUNT));
  expect(states).toEqual([undefined, undefined]);
});

function bound(started: PolicyApp): { ledger: PolicyApp['ledger'] } {
  return { ledger: (name) => started.ledger(name) };
}
