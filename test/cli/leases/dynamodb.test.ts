import {
  CreateTableCommand,
  type DynamoDBClient,
  ListTablesCommand,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filedLease, serializeLeaseFile } from '../../../src/cli/leases/lease-file.js';
import { at, newLease, SEQUENCE } from '../../../src/testing/checkpointer-suite/lease-fixture.js';
import { Dynalite, dynamoDbConfig } from '../../support/dynalite.js';
import { runLeases } from './leases-command.js';

const SHARDS = ['shardId-000000000000', 'shardId-000000000001'] as const;

describe('nestjs-kinesis leases with DynamoDB', () => {
  const scope = { application: 'billing', streamName: 'orders' };
  let dynalite: Dynalite;
  let client: DynamoDBClient;
  let folder: string;
  const environment: Record<string, string> = {};

  beforeAll(async () => {
    dynalite = await Dynalite.start();
    client = dynalite.client();
    const { region, credentials } = dynamoDbConfig(dynalite.endpoint);
    Object.assign(environment, {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    });
    Object.assign(process.env, environment);
    folder = await mkdtemp(join(tmpdir(), 'leases-'));
  });
  afterAll(async () => {
    for (const name of Object.keys(environment)) Reflect.deleteProperty(process.env, name);
    await dynalite?.stop();
    await rm(folder, { recursive: true });
  });

  const address = (table: string, more = ''): string =>
    `dynamodb://${table}?endpoint=${dynalite.endpoint}${more}`;

  it('copies a file into the table of a KCL, and back', async () => {
    const [source, target] = [join(folder, 'one.jsonl'), join(folder, 'two.jsonl')];
    const leases = [
      newLease(SHARDS[0], { checkpoint: { type: 'SHARD_END' } }),
      newLease(SHARDS[1], { parentShardIds: [SHARDS[0]], checkpoint: at(SEQUENCE, 3) }),
    ];
    await writeFile(source, serializeLeaseFile(leases.map((lease) => filedLease(scope, lease))));

    const imported = await runLeases('import', [
      '--file',
      source,
      '--to',
      address('Billing', '&create=true'),
      '--write',
    ]);
    expect(imported).toMatchObject({ code: 0, errors: '' });
    const { Items } = await client.send(new ScanCommand({ TableName: 'Billing' }));
    expect(Items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          leaseKey: { S: SHARDS[1] },
          checkpoint: { S: SEQUENCE },
          parentShardId: { SS: [SHARDS[0]] },
        }),
      ]),
    );
    await expect(
      runLeases('copy', ['--from', address('Billing'), '--to', `file:${target}`, '--write']),
    ).resolves.toMatchObject({ code: 0 });
    const verified = await runLeases('verify', ['--from', `file:${source}`, '--to', `file:${target}`]);

    expect(verified).toMatchObject({ code: 0, output: '2 leases are the same\n' });
  });

  it('creates no table until it is told to write', async () => {
    const source = join(folder, 'fresh.jsonl');
    await writeFile(source, serializeLeaseFile([filedLease(scope, newLease(SHARDS[0]))]));
    const importing = ['--file', source, '--to', address('Fresh', '&create=true')];

    const dry = await runLeases('import', importing);

    expect(dry).toMatchObject({ code: 0, errors: '' });
    expect(dry.output).toContain('dry run: 1 of 1 leases to write');
    expect((await client.send(new ListTablesCommand({}))).TableNames).not.toContain('Fresh');
    await expect(runLeases('import', [...importing, '--write'])).resolves.toMatchObject({ code: 0 });
    expect((await client.send(new ListTablesCommand({}))).TableNames).toContain('Fresh');
  });

  describe('on which a KCL lives', () => {
    const leaseKey = { S: SHARDS[0] };
    let renewal: NodeJS.Timeout;

    beforeAll(async () => {
      await client.send(
        new CreateTableCommand({
          TableName: 'Live',
          KeySchema: [{ AttributeName: 'leaseKey', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'leaseKey', AttributeType: 'S' }],
          BillingMode: 'PAY_PER_REQUEST',
        }),
      );
      await waitUntilTableExists({ client, minDelay: 1, maxWaitTime: 60 }, { TableName: 'Live' });
      await client.send(
        new PutItemCommand({
          TableName: 'Live',
          Item: {
            leaseKey,
            leaseOwner: { S: 'kcl-1' },
            leaseCounter: { N: '7' },
            ownerSwitchesSinceCheckpoint: { N: '0' },
            checkpoint: { S: SEQUENCE },
            checkpointSubSequenceNumber: { N: '0' },
          },
        }),
      );
      renewal = setInterval(() => {
        const renewed = client.send(
          new UpdateItemCommand({
            TableName: 'Live',
            Key: { leaseKey },
            UpdateExpression: 'ADD leaseCounter :one',
            ExpressionAttributeValues: { ':one': { N: '1' } },
          }),
        );
        renewed.catch(() => undefined);
      }, 50);
    });
    afterAll(() => clearInterval(renewal));

    it('shows where the shards stand', async () => {
      const { code, output } = await runLeases('export', ['--from', address('Live')]);

      expect(code).toBe(0);
      expect(output).toContain(SEQUENCE);
    });

    it('refuses to move them', async () => {
      const reset = ['--on', address('Live'), '--position', 'TRIM_HORIZON', '--write'];

      const { code, errors } = await runLeases('reset', reset);

      expect(code).toBe(1);
      expect(errors).toContain('is live: worker kcl-1 just wrote to the lease');
    });
  });

  it('reads what async-kinesis keeps', async () => {
    const TableName = 'kinesis-checkpoints-Billing';
    await client.send(
      new CreateTableCommand({
        TableName,
        KeySchema: [{ AttributeName: 'shard_id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'shard_id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    // As `DynamoDBCheckPointer` of async-kinesis 3.0.1 leaves rows: given up, and with nothing handled yet.
    const ttl = { N: '1769943600' };
    await client.send(
      new PutItemCommand({
        TableName,
        Item: {
          shard_id: { S: SHARDS[0] },
          ref: { NULL: true },
          ts: { NULL: true },
          sequence: { S: SEQUENCE },
          ttl,
        },
      }),
    );
    await client.send(
      new PutItemCommand({
        TableName,
        Item: {
          shard_id: { S: SHARDS[1] },
          ref: { S: 'billing/7' },
          ts: { N: '1769857200' },
          sequence: { NULL: true },
          ttl,
        },
      }),
    );
    const from = `async-kinesis+dynamodb://${TableName}?endpoint=${dynalite.endpoint}&parents=none`;

    const { output, code } = await runLeases('copy', [
      '--from',
      from,
      '--to',
      `file:${join(folder, 'three.jsonl')}`,
    ]);

    expect(code).toBe(0);
    expect(output).toContain(`${SHARDS[0]}  create at ${SEQUENCE}/2147483647\n`);
    expect(output).toContain(`${SHARDS[1]}  create at TRIM_HORIZON\n`);
    expect(output).toContain('1 leases have an owner');
  });

  it('says that there is no such table', async () => {
    const { code, errors } = await runLeases('export', ['--from', address('nothing-here')]);

    expect(code).toBe(1);
    expect(errors).toContain('nothing-here');
  });
});
