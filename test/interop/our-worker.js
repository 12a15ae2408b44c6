/**
 * A worker of ours in a process of its own, which can be killed: consumes until its standard input ends. Its argument is
 * its settings in JSON. It writes a line for each user record.
 */
import { once } from 'node:events';
import process from 'node:process';
import { DynamoDbCheckpointer } from 'nestjs-kinesis/dynamodb';
import { clientConfig } from './dynamodb-local.js';
import { startApp } from './nest-app.js';
import { recordLine } from './record-lines.js';

const { dynamodb, table, kinesis, consumer, ...checkpointer } = JSON.parse(process.argv[2]);

const consume = (place, record) => process.stdout.write(`${recordLine(place, record)}\n`);

const app = await startApp(
  {
    kinesis,
    stream: table,
    application: table,
    checkpointer: new DynamoDbCheckpointer({ client: clientConfig(dynamodb), ...checkpointer }),
    consumer,
  },
  { consume },
);
process.stdin.resume();
await once(process.stdin, 'end');
await app.close();
