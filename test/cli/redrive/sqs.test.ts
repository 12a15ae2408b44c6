import { SqsDeadLetterSink } from 'nestjs-kinesis/sqs';
import { KinesisConnection } from '../../../src/cli/redrive/kinesis-connection.js';
import { Redrive } from '../../../src/cli/redrive/redrive.js';
import { parseRedriveArguments } from '../../../src/cli/redrive/redrive-arguments.js';
import { SqsSource } from '../../../src/cli/redrive/sources/sqs.js';
import { TestTerminal } from '../../support/test-terminal.js';
import { SqsQueue } from '../../support/sqs-queue.js';
import { lettersOf, type RedriveFixture, startRedriveFixture } from './redrive-command.js';

const queueUrl = 'https://sqs.us-east-1.amazonaws.com/123456789012/dead';
const { signal } = new AbortController();
let fixture: RedriveFixture;
let queue: SqsQueue;

beforeEach(async () => {
  fixture = await startRedriveFixture();
  queue = new SqsQueue();
  await new SqsDeadLetterSink({ queueUrl, client: queue.client() }).send(lettersOf(25), signal);
});

afterEach(() => fixture.stop());

async function redrive(...args: string[]): Promise<string> {
  const connection = new KinesisConnection();
  const terminal = new TestTerminal();
  const client = { ...queue.client(), destroy: () => undefined };
  const source = new SqsSource(queueUrl, client, Date.now());
  try {
    await new Redrive(
      parseRedriveArguments(['--from', `sqs:${queueUrl}`, ...args]),
      source,
      connection,
      terminal,
    ).run(signal);
  } finally {
    await source.close();
    connection.close();
  }
  return terminal.output;
}

const orders = Array.from({ length: 25 }, (_, n) => `order ${n}`).sort();

it('gives everything back after a dry run', async () => {
  expect(await redrive()).toContain('dry run: 25 letters of queue dead to put back');
  expect(queue.visible).toBe(25);
  expect(fixture.records()).toEqual([]);
});

it('deletes letters once they are back', async () => {
  expect(await redrive('--write')).toContain('put back: 25 letters of queue dead\n');
  expect(fixture.records().sort()).toEqual(orders);
  expect(queue.messages).toEqual([]);
});

it('gives back what was not meant', async () => {
  await redrive('--write', '--handler', 'Other.onOrder');
  expect([fixture.records(), queue.visible]).toEqual([[], 25]);
});

it('loses none when it fails', async () => {
  fixture.kinesis.faults({ operation: 'PutRecords', error: 'AccessDeniedException', times: 1 });
  await expect(redrive('--write')).rejects.toMatchObject({ code: 'KINESIS_ACCESS_DENIED' });
  expect(queue.visible).toBe(25);
  await redrive('--write');
  expect(fixture.records().sort()).toEqual(orders);
});

it('puts a letter back again that it could not delete', async () => {
  queue.beforeCall = (command) => {
    if (command === 'DeleteMessageBatch') throw new Error('no answer');
  };
  await expect(redrive('--write')).rejects.toThrow('no answer');
  queue.beforeCall = () => undefined;
  await redrive('--write');
  expect(new Set(fixture.records())).toEqual(new Set(orders));
  expect(queue.messages).toEqual([]);
});

it('leaves letters that were sent after it began', async () => {
  queue.sentTimestamp = Date.now() + 60_000;
  await new SqsDeadLetterSink({ queueUrl, client: queue.client() }).send(lettersOf(27).slice(25), signal);
  expect(await redrive('--write')).toContain('put back: 25 letters');
  expect(queue.visible).toBe(2);
});
