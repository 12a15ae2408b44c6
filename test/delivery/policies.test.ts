import { HaltShard, RetryLater, SkipRecord } from '../../src/delivery/control-flow.js';
import { InvalidRecordError, ValidationError } from '../../src/errors.js';
import { recordingHandler } from '../support/scripted-handlers.js';
import { at, deliveryFixture, record, settled } from './support/delivery-fixture.js';

const failing = (): never => {
  throw new Error('always');
};

/** The fixture's records arrived at 5 seconds after 1970. */
const ARRIVAL_AGE = Date.UTC(2026, 0, 1) - 5_000;

describe('retry', () => {
  it('waits longer and longer, up to the longest wait', async () => {
    const times: number[] = [];
    const handler = recordingHandler(() => {
      times.push(fixture.clock.now());
      throw new Error('always');
    });
    const fixture = deliveryFixture([handler]);
    await fixture.deliver(record(1, '"a"'));
    await fixture.clock.advance(20_000);
    const waits = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    for (const [i, wait] of waits.entries()) {
      const bound = Math.min(1_000, 100 * 2 ** i);
      expect(wait).toBeGreaterThanOrEqual(bound / 2);
      expect(wait).toBeLessThanOrEqual(bound);
    }
    fixture.stop.abort();
  });

  it('ends when the record is too old, though attempts are left', async () => {
    const handler = recordingHandler(failing, {
      retry: { maxAge: ARRIVAL_AGE + 10_000 },
      onExhausted: 'skip',
    });
    const { deliver, clock, events } = deliveryFixture([handler]);
    await deliver(record(1, '"a"'));
    await clock.advance(9_000);
    expect(events.at(-1)).toMatchObject({ type: 'record-failed', final: false });
    await clock.advance(3_000);
    expect(events.slice(-2)).toMatchObject([
      { type: 'record-failed', final: true },
      { type: 'record-skipped' },
    ]);
  });

  it('by default ends when the stream no longer has the record; then a restart would lose what this process still has', async () => {
    const handler = recordingHandler(failing, { retry: { maxAge: 'retention' } });
    let trimHorizon = 5_000;
    const fixture = deliveryFixture([handler], { trimHorizon: () => trimHorizon });
    const { deliver, clock, events, delivery } = fixture;
    await deliver(record(1, '"a"'));
    await clock.advance(10_000);
    expect(events.at(-1)).toMatchObject({ type: 'record-failed', final: false });
    trimHorizon = 5_001;
    await clock.advance(1_000);
    expect(events.slice(-2)).toMatchObject([
      { type: 'record-failed', final: true },
      { type: 'shard-halted', expired: true },
    ]);
    handler.seen.length = 0;
    delivery.resume();
    await settled();
    expect(handler.seen).toEqual(['a']);
    expect(delivery.isHalted).toBe(true);
  });

  it('is made for as long as it takes where no age is too old, and a halt before the record expires says so', async () => {
    const handler = recordingHandler(failing, { retry: { maxAge: Infinity } });
    const fixture = deliveryFixture([handler], { trimHorizon: () => Infinity });
    await fixture.deliver(record(1, '"a"'));
    await fixture.clock.advance(100_000);
    expect(fixture.eventTypes()).not.toContain('shard-halted');
    fixture.stop.abort();

    const halting = deliveryFixture([recordingHandler(failing, { retry: { attempts: 1 } })]);
    await halting.deliver(record(1, '"a"'));
    expect(halting.events.at(-1)).toMatchObject({ type: 'shard-halted', expired: false });
  });

  it('is not made where it cannot help, in the eyes of the handler', async () => {
    const handler = recordingHandler(failing, {
      retry: { retryable: (error) => (error as Error).message !== 'always' },
      onExhausted: 'skip',
    });
    const { deliver, eventTypes } = deliveryFixture([handler]);
    await deliver(record(1, '"a"'));
    expect(eventTypes()).toEqual(['record-failed', 'record-skipped']);
  });

  it.each([
    ['a payload that was refused', new ValidationError('not a number')],
    ['a record that no stream takes', new InvalidRecordError('no key')],
  ])('is not made for %s', async (_what, error) => {
    const handler = recordingHandler(
      () => {
        throw error;
      },
      { onExhausted: 'skip' },
    );
    const { deliver } = deliveryFixture([handler]);
    await deliver(record(1, '"a"'));
    expect(handler.seen).toEqual(['a']);
  });

  it('is made when the function that is to decide fails itself', async () => {
    const handler = recordingHandler(failing, {
      retry: {
        attempts: 2,
        retryable: () => {
          throw new TypeError('a bug');
        },
      },
      onExhausted: 'skip',
    });
    const { deliver, clock } = deliveryFixture([handler]);
    await deliver(record(1, '"a"'));
    await clock.advance(1_000);
    expect(handler.seen).toEqual(['a', 'a']);
  });
});

describe('timeout', () => {
  it('aborts the signal of the call, and the attempt has failed, however it ends', async () => {
    const handler = recordingHandler(
      (_payload, { attempt, signal }) =>
        attempt > 1 ||
        new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
      { timeout: 1_000 },
    );
    const { deliver, clock, events, delivery } = deliveryFixture([handler]);
    await deliver(record(1, '"a"'));
    await clock.advance(999);
    expect(events).toEqual([]);
    await clock.advance(1_000);
    expect(events).toMatchObject([{ type: 'record-failed', error: { code: 'KINESIS_HANDLER_TIMEOUT' } }]);
    expect(handler.contexts.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(handler.contexts[0]?.signal.reason).toMatchObject({ code: 'KINESIS_HANDLER_TIMEOUT' });
    expect(delivery.finished).toEqual(at(1));
  });

  it('starts nothing beside a call that does not heed its signal, for as long again', async () => {
    const handler = recordingHandler(
      (payload, { attempt }) =>
        payload === 'a' && attempt === 1 ? new Promise(() => undefined) : Promise.resolve(),
      { timeout: 1_000 },
    );
    const { deliver, clock, delivery } = deliveryFixture([handler]);
    await deliver(record(1, '"a"'), record(2, '"b"'));
    await clock.advance(1_999);
    expect(handler.seen).toEqual(['a']);
    await clock.advance(1_000);
    expect(handler.seen).toEqual(['a', 'a', 'b']);
    expect(delivery.finished).toEqual(at(2));
  });

  it('leaves no timer behind', async () => {
    const { deliver, clock } = deliveryFixture([recordingHandler(undefined, { timeout: 1_000 })]);
    await deliver(record(1, '"a"'), record(2, '"b"'));
    expect(clock.pending).toBe(0);
  });
});

describe('a handler that throws', () => {
  it('SkipRecord has it passed over at once, and reported', async () => {
    const handler = recordingHandler(() => {
      throw new SkipRecord('a duplicate');
    });
    const { deliver, events, delivery } = deliveryFixture([handler]);
    await deliver(record(1, '"a"'));
    expect(events).toMatchObject([{ type: 'record-skipped', error: { code: 'KINESIS_CONTROL_FLOW' } }]);
    expect(delivery.finished).toEqual(at(1));
  });

  it('RetryLater gets it again at that time, without using up attempts', async () => {
    const handler = recordingHandler(
      (_payload, { attempt }) => {
        if (attempt < 4) throw new RetryLater(60_000);
      },
      { retry: { attempts: 1 } },
    );
    const { deliver, clock, eventTypes, delivery } = deliveryFixture([handler]);
    await deliver(record(1, '"a"'));
    await clock.advance(59_999);
    expect(handler.seen).toHaveLength(1);
    await clock.advance(1);
    expect(handler.seen).toHaveLength(2);
    await clock.advance(120_000);
    expect(eventTypes()).toEqual(['record-delayed', 'record-delayed', 'record-delayed']);
    expect(delivery.finished).toEqual(at(1));
  });

  it.each([NaN, undefined, 'soon'])(
    'RetryLater without a time (%p) waits as after a failure',
    async (delay) => {
      const handler = recordingHandler(() => {
        throw new RetryLater(delay as number);
      });
      const { deliver, clock, stop } = deliveryFixture([handler]);
      await deliver(record(1, '"a"'));
      await clock.advance(49);
      expect(handler.seen).toHaveLength(1);
      await clock.advance(51);
      expect(handler.seen).toHaveLength(2);
      stop.abort();
    },
  );

  it('HaltShard stands still at once, whatever the policy', async () => {
    let isMended = false;
    const handler = recordingHandler(
      () => {
        if (!isMended) throw new HaltShard('the schema is unknown');
      },
      { onExhausted: 'skip' },
    );
    const { deliver, delivery, eventTypes } = deliveryFixture([handler]);
    await deliver(record(1, '"a"'));
    expect(eventTypes()).toEqual(['shard-halted']);
    expect(delivery.isHalted).toBe(true);
    isMended = true;
    delivery.resume();
    await settled();
    expect(delivery.finished).toEqual(at(1));
  });
});
