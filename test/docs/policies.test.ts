import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { KinesisConsumer, KinesisConsumerRegistry, KinesisModule, KinesisProducer } from 'nestjs-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import { eventually } from '../support/eventually.js';
import { readPage, ROOT } from './support/pages.js';

interface Statement {
  Action: string | string[];
}

/** What the first policy under a heading of the page allows. */
function allowedBy(heading: string): string[] {
  const { text } = readPage('docs/going-to-production.md');
  const section = text.slice(text.indexOf(`### ${heading}\n`));
  const policy = /```json\n(.*?)```/s.exec(section)?.[1] ?? '';
  const { Statement: statements } = JSON.parse(policy) as { Statement: Statement[] };
  return statements.flatMap(({ Action }) => Action).sort();
}

/** Calls of a service in source files, as IAM names them: batches need the permission for one. */
function actionsIn(service: string, files: readonly string[]): string[] {
  const source = files.map((file) => readFileSync(join(ROOT, file), 'utf8')).join('\n');
  const calls = [...source.matchAll(/new (\w+?)(?:Batch)?Command\(/g)].map(
    ([, call]) => `${service}:${call}`,
  );
  return [...new Set(calls)].sort();
}

@Injectable()
class Orders {
  handled = 0;

  @KinesisConsumer('orders')
  onOrder(): void {
    this.handled++;
  }
}

/** Runs an app until its consumer, if it has one, has handled what is put. @returns the operations it called */
async function operationsOf({ consumes, puts }: { consumes: boolean; puts: boolean }): Promise<string[]> {
  const kinesis = await LocalKinesis.start({ streams: { orders: {} } });
  const client = kinesis.client();
  const called = new Set<string>();
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        called.add(`kinesis:${String(commandName).replace(/Command$/, '')}`);
        return next(args);
      },
    { step: 'initialize' },
  );
  const module = await Test.createTestingModule({
    imports: [
      KinesisModule.forRoot({
        application: 'policies',
        client,
        streams: { orders: {} },
        consumers: consumes,
      }),
    ],
    providers: [Orders],
  }).compile();
  module.useLogger(false);
  await module.init();
  if (puts) await module.get(KinesisProducer).send('orders', {});
  if (consumes) {
    await module.get(KinesisConsumerRegistry).ready();
    await kinesis.execute('PutRecord', { StreamName: 'orders', PartitionKey: 'a', Data: Buffer.from('{}') });
    await eventually(() => module.get(Orders).handled > 0, 'a record handled');
  }
  await module.close();
  await kinesis.stop();
  return [...called].sort();
}

it('the policy for producers allows what a producer calls, and nothing else', async () => {
  expect(allowedBy('Producer')).toEqual(await operationsOf({ consumes: false, puts: true }));
});

it('the policy for consumers allows what a consumer calls, and nothing else', async () => {
  expect(allowedBy('Consumer')).toEqual(await operationsOf({ consumes: true, puts: false }));
});

it('the policy for leases in DynamoDB allows every call of the checkpointer, but for createTable', () => {
  const folder = 'src/checkpointers/dynamodb';
  const files = readdirSync(join(ROOT, folder)).map((file) => `${folder}/${file}`);

  expect([...allowedBy('Leases in DynamoDB'), 'dynamodb:CreateTable'].sort()).toEqual(
    actionsIn('dynamodb', files),
  );
});

it('the policies for dead letters in SQS, and for putting them back, allow every call', () => {
  const sink = actionsIn('sqs', ['src/delivery/dead-letters/sqs/sqs-dead-letter-sink.ts']);
  const source = actionsIn('sqs', ['src/cli/redrive/sources/sqs.ts']);

  expect(allowedBy('Dead letters')).toEqual(sink);
  expect(allowedBy('Redrive')).toEqual([...source, 'kinesis:PutRecords'].sort());
});
