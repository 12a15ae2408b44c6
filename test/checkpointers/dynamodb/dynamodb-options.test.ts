import { jest } from '@jest/globals';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDbCheckpointer,
  type DynamoDbCheckpointerOptions,
} from '../../../src/checkpointers/dynamodb/index.js';
import { KinesisConfigurationError } from '../../../src/errors.js';

describe('the options of the DynamoDB checkpointer', () => {
  it.each<[string, object]>([
    ['mode', { mode: 'beside-3.x' }],
    ['aggregates', { aggregates: 'json' }],
    ['listInterval', { listInterval: 0 }],
    ['failoverTimeMillis', { mode: 'beside-2.x', failoverTimeMillis: -1 }],
    ['failoverTimeMillis', { failoverTimeMillis: 10_000 }],
    ['unresolvedStart', { unresolvedStart: { timestamp: new Date('never') } }],
    ['streamIdentifiers', { streamIdentifiers: { orders: 'orders' } }],
    ['tableName', { tableName: 'a table' }],
  ])('refuses a %s that cannot work', (name, options) => {
    const create = () => new DynamoDbCheckpointer(options);

    expect(create).toThrow(KinesisConfigurationError);
    expect(create).toThrow(`option "${name}"`);
  });

  it('says what goes beside a KCL 3.x, and what does not', () => {
    const options: object = { mode: 'beside-3.x' };
    const create = () => new DynamoDbCheckpointer(options);

    expect(create).toThrow(/cannot join such a fleet.*does not report the load.*does not stand for leader/);
    expect(create).toThrow(/"mode: 'cold'".*"mode: 'beside-2\.x'"\.$/);
  });

  it('bounds sessions by the patience of the KCL beside which it works, and by nothing else', () => {
    const bound = (options: DynamoDbCheckpointerOptions) =>
      new DynamoDbCheckpointer({ client: { region: 'us-east-1' }, ...options }).maxSessionTimeout;

    expect(bound({})).toBeUndefined();
    expect(bound({ mode: 'beside-2.x' })).toBe(10_000);
    expect(bound({ mode: 'beside-2.x', failoverTimeMillis: 30_000 })).toBe(30_000);
  });

  it('asks for a table’s name where the application’s cannot be one', async () => {
    const checkpointer = new DynamoDbCheckpointer({ client: { region: 'us-east-1' } });

    const listed = checkpointer.list({ application: 'Our billing', streamName: 'orders' });

    await expect(listed).rejects.toThrow(/option "tableName" is needed/);
    await checkpointer.close();
  });

  it('says what to do without a region', async () => {
    const region = () => Promise.reject(new Error('Region is missing'));
    const checkpointer = new DynamoDbCheckpointer({ client: { region }, tableName: 'leases' });

    await expect(checkpointer.prepare()).rejects.toThrow(/Set "client\.region" of DynamoDbCheckpointer/);
    await checkpointer.close();
  });

  it('closes a client it has made, and no other', async () => {
    const client = new DynamoDBClient({ region: 'us-east-1' });
    const destroy = jest.spyOn(client, 'destroy');

    await new DynamoDbCheckpointer({ client }).close();

    expect(destroy).not.toHaveBeenCalled();
    client.destroy();
  });
});
