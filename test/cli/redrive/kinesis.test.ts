import { join } from 'node:path';
import { KinesisConnection } from '../../../src/cli/redrive/kinesis-connection.js';
import { parseRedriveArguments } from '../../../src/cli/redrive/redrive-arguments.js';
import { openKinesis } from '../../../src/cli/redrive/sources/kinesis.js';
import { KinesisDeadLetterSink } from '../../../src/delivery/dead-letters/kinesis-dead-letter-sink.js';
import { SdkKinesisGateway } from '../../../src/client/sdk-kinesis-gateway.js';
import { SystemClock } from '../../../src/runtime/system-clock.js';
import { SystemRandom } from '../../../src/runtime/system-random.js';
import type { DeadLetterEnvelope as DeadLetter } from 'nestjs-kinesis';
import {
  lettersOf,
  progressOf,
  type RedriveFixture,
  runRedrive,
  startRedriveFixture,
} from './redrive-command.js';

let fixture: RedriveFixture;
let progress: string;

beforeEach(async () => {
  fixture = await startRedriveFixture();
  progress = join(fixture.folder, 'progress');
});

afterEach(() => fixture.stop());

async function send(letters: readonly DeadLetter[]): Promise<void> {
  const clock = new SystemClock();
  const sink = new KinesisDeadLetterSink({
    gateway: new SdkKinesisGateway(fixture.kinesis.client(), clock),
    clock,
    random: new SystemRandom(),
    stream: { name: 'dead', streamName: 'dead' },
    refusedStreams: new Set(),
  });
  await sink.send(letters, new AbortController().signal);
}

const redrive = (...args: string[]) =>
  runRedrive(['--from', 'kinesis:dead', '--progress', progress, ...args]);

const numbers = (key: string): number[] =>
  [...fixture.kinesis.records('orders')]
    .filter(({ partitionKey }) => partitionKey === key)
    .map(({ data }) => Number(Buffer.from(data).toString().split(' ')[1]));

it('puts back the letters of every shard, once', async () => {
  await send(lettersOf(30));
  const dry = await redrive();
  expect(dry.output).toContain('dry run: 30 letters of stream dead to put back; --write does it\n');
  expect(fixture.records()).toEqual([]);

  expect(await redrive('--write')).toMatchObject({ code: 0, errors: '' });
  expect(fixture.records()).toHaveLength(30);
  expect(await progressOf(progress)).toHaveLength(30);
  await send([...lettersOf(31)].slice(30));
  const { output } = await redrive('--write');
  expect(output).toContain('put back: 1 letters of stream dead, 30 put back before\n');
  expect(new Set(fixture.records()).size).toBe(31);
  expect(fixture.records()).toHaveLength(31);
});

it('keeps the order of a partition key across a reshard', async () => {
  const letters = lettersOf(40, 4);
  await send(letters.slice(0, 20));
  const [shard] = [...fixture.kinesis.records('dead')];
  await fixture.kinesis.split('dead', shard?.shardId);
  await send(letters.slice(20));
  await redrive('--write');
  for (const first of [0, 1, 2, 3]) {
    expect(numbers(`key ${first}`)).toEqual(Array.from({ length: 10 }, (_, i) => 4 * i + first));
  }
});

it('begins where --since says, and goes on when its iterator has expired', async () => {
  await send(lettersOf(5));
  expect((await redrive('--since', '2025-01-01T00:00:00Z')).output).toContain('dry run: 5 letters');
  fixture.kinesis.faults({ operation: 'GetRecords', expiredIterator: true, times: 1 });
  expect((await redrive('--write')).output).toContain('put back: 5 letters');
  expect((await redrive('--since', new Date(Date.now() + 3_600_000).toISOString())).output).toContain(
    'dry run: 0 letters',
  );
});

it('says which records are no letters', async () => {
  await fixture.kinesis.execute('PutRecord', {
    StreamName: 'dead',
    PartitionKey: 'a',
    Data: Buffer.from('hello'),
  });
  await send(lettersOf(1));
  const { code, errors, output } = await redrive('--write');
  expect(code).toBe(1);
  expect(errors).toMatch(/^stream dead: shardId-\d+ \d+: It is no dead letter: it is no JSON\.$/m);
  expect(output).toContain('put back: 1 letters of stream dead, 1 unreadable\n');
});

it('leaves letters that come while it runs: a record that fails again would go round for ever', async () => {
  await send(lettersOf(3));
  const connection = new KinesisConnection();
  const options = parseRedriveArguments(['--from', 'kinesis:dead', '--progress', progress]);
  const source = await openKinesis('dead', options, connection);
  // The service tells its time in whole seconds.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await send(lettersOf(6).slice(3));
  const found: string[] = [];
  for await (const { letters } of source.batches(new AbortController().signal)) {
    found.push(...letters.map(({ letter }) => letter.sequenceNumber));
  }
  expect(found.sort()).toEqual(['0', '1', '2']);
  await source.close();
  connection.close();
});
