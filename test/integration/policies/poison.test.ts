import { JsonAggregator, JsonSerializer, KplAggregator } from 'nestjs-kinesis';
import { eventually } from '../../support/eventually.js';
import { numbersTo } from './support/ledger.js';
import { aggregated, numbered, type NumberedRecord } from './support/numbered-records.js';
import { PolicyApp, type ScriptedHandler } from './support/policy-app.js';

const COUNT = 10_000;
const BAD = 6_543;
const KEYS = 50;
const FATES = ['skip', 'dead-letter', 'halt'] as const;

/** A handler that the bad record makes throw; every other record is fine. */
const SHAPES: Readonly<Record<string, NonNullable<ScriptedHandler['options']>>> = {
  'one by one': {},
  'in batches': { batch: { maxRecords: 500 }, bisectOnError: true },
  'in lanes': { concurrency: 8, orderBy: 'partition-key' },
};

const AGGREGATORS = {
  'alone in their Kinesis records': {
    aggregator: new JsonAggregator(),
    pack: (records: readonly NumberedRecord[]) => records,
  },
  'aggregated by the KPL': {
    aggregator: new KplAggregator(new JsonSerializer()),
    pack: (records: readonly NumberedRecord[]) => aggregated(records, 100),
  },
};

describe.each(Object.entries(AGGREGATORS))('of 10 000 records, %s,', (_, { aggregator, pack }) => {
  const handlers = Object.entries(SHAPES).flatMap(([how, shape], index) =>
    FATES.map((onExhausted) => ({
      how,
      onExhausted,
      handler: {
        name: `handler-${index}-${onExhausted}`,
        stream: 'orders',
        options: {
          ...shape,
          // Those that halt have leases of their own, so as not to hold the others up.
          application: onExhausted === 'halt' ? `halting-${index}` : 'going-on',
          onExhausted,
          retry: { attempts: 2, backoff: { initial: 1 } },
        },
        script: ({ numbers, done }) => {
          if (!mended.has(`handler-${index}-${onExhausted}`) && numbers.includes(BAD))
            throw new Error('poison');
          done();
        },
      } satisfies ScriptedHandler,
    })),
  );
  /** Handlers that can do with the bad record by now. */
  const mended = new Set<string>();
  let app: PolicyApp;

  beforeAll(async () => {
    app = await PolicyApp.start({
      streams: { orders: pack(numbered(COUNT, { keys: KEYS })) },
      handlers: handlers.map(({ handler }) => handler),
      module: { aggregator },
    });
  });

  afterAll(() => app.stop());

  it.each(handlers)(
    'a bad one does not concern the others, $how: $onExhausted',
    async ({ onExhausted, how, handler }) => {
      const ledger = app.ledger(handler.name);
      const isHalt = onExhausted === 'halt';
      const isOver = (): boolean => (isHalt ? ledger.halted.length > 0 : ledger.count >= COUNT);
      await eventually(isOver, `${handler.name}: ${ledger.count} of ${COUNT}`);
      if (isHalt) {
        if (how !== 'in lanes') expect(ledger.handled).toEqual(numbersTo(BAD));
        mended.add(handler.name);
        app.resume(`orders@${handler.options.application}`);
        await eventually(() => ledger.count >= COUNT, `${handler.name} goes on`);
      }
      expect(ledger.settled).toEqual(numbersTo(COUNT));
      expect(ledger.attemptsAt(BAD).slice(-2)).toEqual(isHalt ? [2, 1] : [1, 2]);
      expect(ledger.skipped).toEqual(onExhausted === 'skip' ? [BAD] : []);
      expect(ledger.halted).toEqual(isHalt ? [BAD] : []);
      expect(ledger.letters.map(({ number, attempts }) => [number, attempts])).toEqual(
        onExhausted === 'dead-letter' ? [[BAD, 2]] : [],
      );
      const handled = how === 'in lanes' ? byKey(ledger.handled) : ledger.handled;
      const expected = isHalt ? numbersTo(COUNT) : numbersTo(COUNT, BAD);
      expect(handled).toEqual(how === 'in lanes' ? byKey(expected) : expected);
    },
  );
});

/** The numbers of each key, in the order in which they came. */
function byKey(numbers: readonly number[]): number[][] {
  return numbersTo(KEYS).map((key) => numbers.filter((number) => number % KEYS === key));
}
