import { logEvent } from '../../src/observability/event-logger.js';
import type { KinesisEvent } from '../../src/observability/kinesis-event.js';

const PLACE = { stream: 'orders', application: 'billing', shardId: 'shardId-000000000003' };

function logged(event: KinesisEvent): [level: string, message: string][] {
  const lines: [string, string][] = [];
  const at = (level: string) => (text: string) => void lines.push([level, text]);
  logEvent({ debug: at('debug'), log: at('log'), warn: at('warn'), error: at('error') }, event);
  return lines;
}

it.each([
  ['oldest', /goes on with the oldest/],
  ['latest', /goes on with what arrives from now on/],
  ['fail', /stands still/],
] as const)('trimmed records are an error that says what "%s" does', (policy, consequence) => {
  const [[level, message] = ['', '']] = logged({
    type: 'records-trimmed',
    checkpoint: '4711',
    firstAvailable: '4800',
    policy,
    ...PLACE,
  });
  expect(level).toBe('error');
  expect(message).toMatch(/^orders\/shardId-000000000003: .*4711.*4800/);
  expect(message).toMatch(consequence);
});

it('a stuck call is a warning with its place and how long it was waited for', () => {
  const lines = logged({ type: 'call-stuck', operation: 'GetRecords', timeout: 30_000, ...PLACE });
  expect(lines).toEqual([
    ['warn', 'orders/shardId-000000000003: GetRecords had no answer for 30000 ms; it is made again'],
  ]);
});

describe('a record that fails', () => {
  const RECORD = { ...PLACE, sequenceNumber: '4711', subSequenceNumber: 2, handler: 'Orders.onOrder' };
  const at = 'orders/shardId-000000000003 at 4711/2';

  it.each([
    [1, false, 'warn'],
    [2, false, 'warn'],
    [3, false, 'error'],
    [40, false, 'error'],
    [1, true, 'error'],
  ])('in attempt %i (the last: %p) is logged as %s', (attempt, final, level) => {
    const error = new Error('the database is away');
    expect(logged({ type: 'record-failed', attempt, final, records: 1, error, ...RECORD })).toEqual([
      [level, `${at}: Orders.onOrder failed, attempt ${attempt}: the database is away`],
    ]);
  });

  it.each([
    [0, ' at the end of a window'],
    [1, ''],
    [25, ' with 25 records'],
  ])('is told with how many others: %i', (records, text) => {
    const [[, message] = []] = logged({
      type: 'record-failed',
      attempt: 1,
      final: false,
      records,
      error: 'a text',
      ...RECORD,
    });
    expect(message).toBe(`${at}: Orders.onOrder failed${text}, attempt 1: a text`);
  });

  it.each([
    [false, /resume\(\) or a restart tries again/],
    [true, /no longer has it: only KinesisConsumerRegistry\.resume\(\) tries again, a restart loses it/],
  ])('and halts its shard says what helps (expired: %p)', (expired, advice) => {
    const [[level, message] = []] = logged({ type: 'shard-halted', expired, error: undefined, ...RECORD });
    expect(level).toBe('error');
    expect(message).toMatch(advice);
  });

  it('at the end of a window that is skipped says which', () => {
    const windowStart = Date.UTC(2026, 0, 1);
    const event = { windowStart, windowEnd: windowStart + 60_000, error: new Error('no room'), ...RECORD };
    expect(logged({ type: 'window-skipped', ...event })).toEqual([
      [
        'error',
        `${at}: the last call for the window from 2026-01-01T00:00:00.000Z to 2026-01-01T00:01:00.000Z is skipped, ` +
          'Orders.onOrder could not handle it: no room',
      ],
    ]);
  });
});
