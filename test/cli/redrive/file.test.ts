import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deadLetter } from '../../support/dead-letter.js';
import { eventually } from '../../support/eventually.js';
import { TestTerminal } from '../../support/test-terminal.js';
import {
  lettersOf,
  progressOf,
  type RedriveFixture,
  runRedrive,
  startRedriveFixture,
} from './redrive-command.js';

let fixture: RedriveFixture;

beforeEach(async () => {
  fixture = await startRedriveFixture();
});

afterEach(() => fixture.stop());

const orders = (count: number): string[] => Array.from({ length: count }, (_, n) => `order ${n}`);

it('says what it would do, and does nothing, until --write', async () => {
  const path = await fixture.file([
    ...lettersOf(3),
    deadLetter({ stream: 'payments', error: { name: 'E', code: '23505', message: '' } }),
  ]);
  const { code, output, errors } = await runRedrive(['--from', `file:${path}`]);
  expect([code, errors]).toEqual([0, '']);
  expect(output).toBe(
    '       3  OrdersController.onOrder  TypeError  to orders\n' +
      '       1  OrdersController.onOrder  23505  to payments\n' +
      `dry run: 4 letters of ${path} to put back; --write does it\n`,
  );
  expect([
    ...fixture.records(),
    ...fixture.records('payments'),
    ...(await progressOf(`${path}.redriven`)),
  ]).toEqual([]);
});

it('puts records back with their bytes and keys, once', async () => {
  const data = Buffer.from([0, 255, 10, 13]);
  const explicitHashKey = String(2n ** 128n - 1n);
  const path = await fixture.file([deadLetter({ data, partitionKey: 'käse', explicitHashKey })]);
  const first = await runRedrive(['--from', `file:${path}`, '--write']);
  expect(first.output).toContain(`put back: 1 letters of ${path}\n`);
  const [record] = fixture.kinesis.records('orders');
  expect(record).toMatchObject({ partitionKey: 'käse', shardId: 'shardId-000000000001' });
  expect(Buffer.from(record?.data ?? [])).toEqual(data);

  const again = await runRedrive(['--from', `file:${path}`, '--write']);
  expect(again).toEqual({
    code: 0,
    output: `put back: 0 letters of ${path}, 1 put back before\n`,
    errors: '',
  });
  expect(fixture.records()).toHaveLength(1);
});

it('puts back only letters that have come since, wherever the file is now', async () => {
  const path = await fixture.file(lettersOf(2));
  await runRedrive(['--from', `file:${path}`, '--write']);
  await fixture.file([deadLetter({ sequenceNumber: '7', data: Buffer.from('later') })]);
  const moved = join(fixture.folder, 'moved');
  await copyFile(path, moved);
  await runRedrive(['--from', `file:${moved}`, '--progress', `${path}.redriven`, '--write']);
  expect(fixture.records().sort()).toEqual(['later', 'order 0', 'order 1']);
});

it('keeps the order of a partition key, whatever fails', async () => {
  const path = await fixture.file(lettersOf(60, 3));
  fixture.kinesis.faults({
    operation: 'PutRecords',
    error: 'ProvisionedThroughputExceededException',
    perRecord: true,
    probability: 0.3,
    times: 8,
  });
  expect((await runRedrive(['--from', `file:${path}`, '--write'])).code).toBe(0);
  const byKey = new Map<string, number[]>();
  for (const { partitionKey, data } of fixture.kinesis.records('orders')) {
    const number = Number(Buffer.from(data).toString().split(' ')[1]);
    byKey.set(partitionKey, [...(byKey.get(partitionKey) ?? []), number]);
  }
  expect([...byKey].sort()).toEqual(
    [0, 1, 2].map((first) => [`key ${first}`, Array.from({ length: 20 }, (_, i) => 3 * i + first)]),
  );
});

it('takes a letter that was sent twice for one', async () => {
  const path = await fixture.file([...lettersOf(2), ...lettersOf(3)]);
  const { output } = await runRedrive(['--from', `file:${path}`, '--write']);
  expect(output).toContain('put back: 3 letters of');
  expect(output).toContain(', 2 there twice\n');
  expect(fixture.records().sort()).toEqual(orders(3));
});

it('keeps the letters of two handlers of one record apart', async () => {
  const path = await fixture.file([deadLetter(), deadLetter({ handler: 'Audit.onOrder' })]);
  const { output } = await runRedrive(['--from', `file:${path}`, '--handler', 'Audit.onOrder', '--write']);
  expect(output).toContain('       1  Audit.onOrder  TypeError  to orders\n');
  expect(output).toContain(', 1 not meant\n');
  expect((await runRedrive(['--from', `file:${path}`])).output).toContain('dry run: 1 letters');
});

it.each([
  [['--stream', 'payments'], 'payment'],
  [['--application', 'shipping'], 'shipped'],
  [['--error', 'RangeError'], 'ranged'],
  [['--error', 'ECONNREFUSED'], 'refused'],
  [['--since', '2026-06-01T00:00:00Z'], 'late'],
])('puts back only what %j says', async (filter, expected) => {
  const error = { name: 'TypeError', message: '' };
  const letters = [
    { stream: 'payments', data: 'payment' },
    { application: 'shipping', data: 'shipped' },
    { error: { ...error, name: 'RangeError' }, data: 'ranged' },
    { error: { ...error, code: 'ECONNREFUSED' }, data: 'refused' },
    { failedAt: Date.UTC(2026, 6), data: 'late' },
  ].map(({ data, ...fields }, n) =>
    deadLetter({ sequenceNumber: `${n}`, ...fields, data: Buffer.from(data) }),
  );
  const path = await fixture.file(letters);
  await runRedrive(['--from', `file:${path}`, ...filter, '--to', 'other', '--write']);
  expect(fixture.records('other')).toEqual([expected]);
});

it('puts the letters of each stream where it is told', async () => {
  const letters = [...lettersOf(1), deadLetter({ stream: 'bills', data: Buffer.from('bill') })];
  const path = await fixture.file(letters);
  const refused = await runRedrive(['--from', `file:${path}`, '--to', 'other', '--write']);
  expect(refused.code).toBe(1);
  expect(refused.errors).toContain('there are letters of the streams orders and bills');
  expect(fixture.records('other')).toEqual([]);

  const arn = 'arn:aws:kinesis:us-east-1:000000000000:stream/other';
  await runRedrive(['--from', `file:${path}`, '--to', `orders=${arn}`, '--to', 'payments', '--write']);
  expect([fixture.records('other'), fixture.records('payments')]).toEqual([['order 0'], ['bill']]);
});

it('leaves what it cannot read, says where it is, and puts back the rest', async () => {
  const path = await fixture.file(lettersOf(1));
  await appendFile(path, '{"version":1,"id":"orders/sha');
  await fixture.file(lettersOf(2).slice(1));
  await appendFile(path, '{"version":2}\n\nhalf');
  const before = await readFile(path);
  const { code, errors, output } = await runRedrive(['--from', `file:${path}`, '--write']);
  expect(code).toBe(1);
  expect(errors.split('\n')).toEqual([
    `${path}: line 2: It is no dead letter: it is no JSON.`,
    `${path}: line 4: It is a letter of version 2; this package knows version 1. Use a newer one.`,
    `${path}: line 6: It is no dead letter: it is no JSON.`,
    `nestjs-kinesis: 3 letters of ${path} cannot be read; they were left`,
    '',
  ]);
  expect(output).toContain(`put back: 2 letters of ${path}, 3 unreadable\n`);
  expect(fixture.records().sort()).toEqual(orders(2));
  expect(await readFile(path)).toEqual(before);
});

it('goes on where it failed', async () => {
  const path = await fixture.file([...lettersOf(6, 1), deadLetter({ stream: 'none-such' })]);
  const failed = await runRedrive(['--from', `file:${path}`, '--write']);
  expect(failed.code).toBe(1);
  expect(failed.errors).toMatch(/"none-such" does not exist.*\(KINESIS_STREAM_NOT_FOUND\)\n$/);
  expect(failed.output).toContain('put back: 6 letters');
  expect(fixture.records()).toEqual(orders(6));

  await runRedrive(['--from', `file:${path}`, '--to', 'none-such=other', '--write']);
  expect(fixture.records()).toEqual(orders(6));
  expect(fixture.records('other')).toHaveLength(1);
});

it('stops when it is asked to, and goes on when it is started again', async () => {
  const path = await fixture.file(lettersOf(40, 1));
  const terminal = new TestTerminal();
  const running = runRedrive(['--from', `file:${path}`, '--rate', '50', '--write'], terminal);
  await eventually(() => fixture.records().length >= 3, 'some are put back');
  terminal.emit('SIGTERM');
  const stopped = await running;
  expect(stopped.code).toBe(1);
  expect(stopped.errors).toBe('nestjs-kinesis: it was stopped; start it again to go on\n');
  const count = fixture.records().length;
  expect(count).toBeLessThan(40);
  expect(stopped.output).toContain(`put back: ${count} letters`);
  expect([terminal.listenerCount('SIGINT'), terminal.listenerCount('SIGTERM')]).toEqual([0, 0]);

  await runRedrive(['--from', `file:${path}`, '--write']);
  expect(fixture.records()).toEqual(orders(40));
});

it('loses none when it is killed, and repeats only those under way', async () => {
  const path = await fixture.file(lettersOf(100, 1));
  const main = join(import.meta.dirname, '../../../src/cli/main.ts');
  const args = ['--import', 'tsx', main, 'redrive', '--from', `file:${path}`, '--rate', '100', '--write'];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...fixture.environment },
    stdio: 'ignore',
  });
  await eventually(() => fixture.records().length >= 5, 'some are put back', 100_000);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const done = await progressOf(`${path}.redriven`);
  expect(done.length).toBeLessThan(100);
  // One that was cut short at the end is no key.
  await appendFile(`${path}.redriven`, '["billing","Orders');

  await runRedrive(['--from', `file:${path}`, '--write']);
  const records = fixture.records();
  expect([...new Set(records)]).toEqual(orders(100));
  expect(records.length - 100).toBeLessThanOrEqual(1);
});

it('does not begin without its file, and says so in one line', async () => {
  const path = join(fixture.folder, 'none');
  const { code, errors } = await runRedrive(['--from', `file:${path}`]);
  expect(code).toBe(1);
  expect(errors).toMatch(/^nestjs-kinesis: (?:Error: )?ENOENT[^\n]*\n$/);
});

it.each([
  [[], '--from is missing'],
  [['--from', 'ftp:x'], '--from must be one of file:…, kinesis:…, sqs:…, not "ftp:x"'],
  [['--from', 'letters.jsonl'], '--from must be one of'],
  [['--from', 'file:x', '--to', ''], '--to must be a stream, or name=stream, not ""'],
  [['--from', 'file:x', '--to', 'orders='], '--to must be a stream'],
  [['--from', 'file:x', '--to', 'a', '--to', 'b'], '--to says twice'],
  [['--from', 'file:x', '--to', 'a=b', '--to', 'a=c'], '--to says twice where letters of a go'],
  [['--from', 'file:x', '--handler', ''], '--handler must not be empty'],
  [['--from', 'file:x', '--since', '2026-01-01'], '--since must be a time with its zone'],
  [['--from', 'file:x', '--rate', '0'], '--rate must be a number above 0'],
  [['--from', 'file:x', '--framing', 'csv'], '--framing must be one of plain, lines, json-list'],
  [['--from', 'file:x', '--yes'], "Unknown option '--yes'"],
  [['--from', 'sqs:dead'], '--from sqs: needs the URL of a queue'],
])('refuses %j with one line and exit code 2', async (args, reason) => {
  const { code, output, errors } = await runRedrive(args);
  expect([code, output]).toEqual([2, '']);
  expect(errors).toContain(reason);
  expect(errors).toMatch(/^nestjs-kinesis: [^\n]+\n$/);
});

it('explains itself', async () => {
  const { code, output } = await runRedrive(['--help']);
  expect(code).toBe(0);
  expect(output).toContain('kinesis:<stream>');
});
