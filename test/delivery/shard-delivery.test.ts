import { JsonAggregator } from '../../src/aggregators/json-aggregator.js';
import type { Aggregator, PackedRecord, UserRecord } from '../../src/aggregators/aggregator.js';
import type { Checkpoint } from '../../src/checkpointers/checkpoint.js';
import type { KinesisRecord } from '../../src/client/kinesis-gateway.js';
import type { RecordHandler } from '../../src/delivery/delivery-policy.js';
import { ShardDelivery } from '../../src/delivery/shard-delivery.js';
import type { KinesisEvent } from '../../src/observability/kinesis-event.js';
import { Gate } from '../../src/runtime/gate.js';
import { SeededRandom } from '../../src/testing/seeded-random.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';
import { recordingHandler } from '../support/scripted-handlers.js';

/** A JSON array in each Kinesis record, one user record per element; an object is no aggregate. */
class ArrayAggregator extends JsonAggregator implements Aggregator {
  override unpack({ data, partitionKey }: PackedRecord): readonly UserRecord[] {
    const items = this.deserialize(data);
    if (!Array.isArray(items)) throw new TypeError('no array');
    return items.map((item) => ({ data: this.serialize(item), partitionKey }));
  }
}

function record(sequenceNumber: string, data: string): KinesisRecord {
  return { sequenceNumber, data: Buffer.from(data), partitionKey: 'secret-key', arrivalTime: 5_000 };
}

function setUp(
  handlers: RecordHandler[],
  options: { resumeFrom?: Checkpoint; aggregator?: Aggregator } = {},
) {
  const clock = new VirtualClock();
  const events: KinesisEvent[] = [];
  const stop = new AbortController();
  const abort = new AbortController();
  let mayStart = true;
  const delivery = new ShardDelivery({
    place: { stream: 'orders', application: 'app', shardId: 'shard-0' },
    handlers,
    aggregator: options.aggregator ?? new JsonAggregator(),
    clock,
    random: new SeededRandom(1),
    report: (event) => events.push(event),
    fencingToken: 7,
    checkpointMode: 'auto',
    gate: new Gate(),
    resumeFrom: options.resumeFrom ?? { type: 'TRIM_HORIZON' },
    stopped: stop.signal,
    aborted: abort.signal,
    mayStart: () => mayStart,
  });
  const loseLease = (): void => {
    mayStart = false;
  };
  return { clock, events, stop, abort, delivery, loseLease };
}

it('hands records over one at a time, in order, with their context', async () => {
  let running = 0;
  const handler = recordingHandler(async () => {
    expect(++running).toBe(1);
    await Promise.resolve();
    running--;
  });
  const { delivery } = setUp([handler]);
  expect(await delivery.deliver([record('1', '"a"'), record('2', '"b"')])).toBe('finished');
  expect(handler.seen).toEqual(['a', 'b']);
  expect(handler.contexts[1]).toMatchObject({
    stream: 'orders',
    application: 'app',
    shardId: 'shard-0',
    sequenceNumber: '2',
    subSequenceNumber: 0,
    attempt: 1,
    fencingToken: 7,
    approximateArrival: new Date(5_000),
  });
  expect(delivery.finished).toEqual({ sequenceNumber: '2', subSequenceNumber: 0 });
});

it('tries a failed record again with back-off, before any later one', async () => {
  const handler = recordingHandler((payload, { attempt }) => {
    if (payload === 'a' && attempt < 3) throw new Error('not yet');
  });
  const { delivery, clock, events } = setUp([handler]);
  const outcome = delivery.deliver([record('1', '"a"'), record('2', '"b"')]);
  await clock.advance(1);
  expect(handler.seen).toEqual(['a']);
  expect(delivery.finished).toBeUndefined();
  await clock.advance(1_000);
  expect(await outcome).toBe('finished');
  expect(handler.seen).toEqual(['a', 'a', 'a', 'b']);
  expect(handler.contexts.map((context) => context.attempt)).toEqual([1, 2, 3, 1]);
  expect(events.map((event) => event.type)).toEqual(['record-failed', 'record-failed']);
});

it('halts at a record whose attempts are used up, and does not count it as done', async () => {
  const handler = recordingHandler(
    (payload) => {
      if (payload === 'bad') throw new Error('never');
    },
    { attempts: 2 },
  );
  const { delivery, clock, events } = setUp([handler]);
  const outcome = delivery.deliver([record('1', '"a"'), record('2', '"bad"'), record('3', '"c"')]);
  await clock.advance(1_000);
  expect(await outcome).toBe('halted');
  expect(handler.seen).toEqual(['a', 'bad', 'bad']);
  expect(delivery.finished).toEqual({ sequenceNumber: '1', subSequenceNumber: 0 });
  expect(events.at(-1)).toMatchObject({ type: 'shard-halted', sequenceNumber: '2', shardId: 'shard-0' });
});

it('skips such a record loudly where the policy says so, and goes on', async () => {
  const handler = recordingHandler(
    (payload) => {
      if (payload === 'bad') throw new Error('never');
    },
    { attempts: 1, onExhausted: 'skip' },
  );
  const { delivery, events } = setUp([handler]);
  expect(await delivery.deliver([record('1', '"bad"'), record('2', '"b"')])).toBe('finished');
  expect(delivery.finished).toEqual({ sequenceNumber: '2', subSequenceNumber: 0 });
  expect(events.map((event) => event.type)).toEqual(['record-failed', 'record-skipped']);
});

describe('a record that cannot be decoded', () => {
  it.each([
    ['whose payload is no JSON', new JsonAggregator(), '{"secret": tru'],
    ['that cannot be taken apart', new ArrayAggregator(), '{"secret": true}'],
  ])(
    '%s takes the error path at once, with its place and without its bytes',
    async (_what, aggregator, data) => {
      const handler = recordingHandler();
      const { delivery, events } = setUp([handler], { aggregator });
      expect(await delivery.deliver([record('41', data)])).toBe('halted');
      expect(handler.seen).toEqual([]);
      expect(events.map((event) => event.type)).toEqual(['record-failed', 'shard-halted']);
      const [failed] = events;
      if (failed?.type !== 'record-failed' || !(failed.error instanceof Error)) throw new Error('no failure');
      expect(failed).toMatchObject({
        final: true,
        stream: 'orders',
        shardId: 'shard-0',
        sequenceNumber: '41',
      });
      expect(failed.error).toMatchObject({ code: 'KINESIS_DESERIALIZATION' });
      expect(failed.error.message).toMatch(/"orders".*shard-0.*41/);
      expect(failed.error.message).not.toContain('secret');
    },
  );

  it('is skipped where the policy says so', async () => {
    const handler = recordingHandler(undefined, { onExhausted: 'skip' });
    const { delivery } = setUp([handler]);
    expect(await delivery.deliver([record('1', 'x'), record('2', '"b"')])).toBe('finished');
    expect(handler.seen).toEqual(['b']);
  });
});

it('resumes inside an aggregate behind the user record that the checkpoint names', async () => {
  const handler = recordingHandler();
  const resumeFrom: Checkpoint = { type: 'SEQUENCE', sequenceNumber: '5', subSequenceNumber: 1 };
  const { delivery } = setUp([handler], { resumeFrom, aggregator: new ArrayAggregator() });
  await delivery.deliver([record('5', '["a","b","c","d"]'), record('6', '["e"]')]);
  expect(handler.seen).toEqual(['c', 'd', 'e']);
  expect(handler.contexts.map((context) => context.subSequenceNumber)).toEqual([2, 3, 0]);
});

it('starts no handler once stopped, and lets the running one finish', async () => {
  let finish = (): void => undefined;
  const handler = recordingHandler(() => new Promise<void>((resolve) => (finish = resolve)));
  const { delivery, stop } = setUp([handler]);
  const outcome = delivery.deliver([record('1', '"a"'), record('2', '"b"')]);
  stop.abort();
  finish();
  expect(await outcome).toBe('stopped');
  expect(handler.seen).toEqual(['a']);
  expect(delivery.finished).toEqual({ sequenceNumber: '1', subSequenceNumber: 0 });
});

it('waits no longer to try again once stopped', async () => {
  const handler = recordingHandler(() => {
    throw new Error('always');
  });
  const { delivery, stop } = setUp([handler]);
  const outcome = delivery.deliver([record('1', '"a"')]);
  stop.abort();
  expect(await outcome).toBe('stopped');
  expect(delivery.finished).toBeUndefined();
});

it('starts no handler when the lease is no longer certain', async () => {
  const handler = recordingHandler(() => loseLease());
  const { delivery, loseLease } = setUp([handler]);
  expect(await delivery.deliver([record('1', '"a"'), record('2', '"b"')])).toBe('stopped');
  expect(handler.seen).toEqual(['a']);
});

it('does not count what ends only because it was aborted', async () => {
  const handler = recordingHandler(
    (_payload, { signal }) =>
      new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
  );
  const { delivery, abort } = setUp([handler]);
  const outcome = delivery.deliver([record('1', '"a"')]);
  abort.abort();
  expect(await outcome).toBe('stopped');
  expect(delivery.finished).toBeUndefined();
});

it('counts a record as done when every handler of the stream has handled it', async () => {
  let finish = (): void => undefined;
  const quick = recordingHandler();
  const slow = recordingHandler(() => new Promise<void>((resolve) => (finish = resolve)));
  const { delivery } = setUp([quick, slow]);
  const outcome = delivery.deliver([record('1', '"a"')]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(quick.seen).toEqual(['a']);
  expect(delivery.finished).toBeUndefined();
  finish();
  await outcome;
  expect(delivery.finished).toEqual({ sequenceNumber: '1', subSequenceNumber: 0 });
});
