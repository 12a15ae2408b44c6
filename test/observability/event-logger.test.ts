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
