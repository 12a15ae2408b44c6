import { DynamoDbCheckpointer } from '../../../src/checkpointers/dynamodb/index.js';
import type { LeaseScope } from '../../../src/checkpointers/checkpointer.js';
import { Dynalite } from '../../support/dynalite.js';
import { describeCheckpointer } from '../checkpointer-behaviour.js';

describe('the DynamoDB checkpointer', () => {
  let dynalite: Dynalite;

  beforeAll(async () => {
    dynalite = await Dynalite.start();
  });
  afterAll(() => dynalite.stop());

  const perStream = ({ application, streamName }: LeaseScope): string => `${application}-${streamName}`;

  describe('with a table for each stream', () => {
    describeCheckpointer(
      () => new DynamoDbCheckpointer({ client: dynalite.client(), createTable: true, tableName: perStream }),
    );
  });

  describe('beside a KCL 2.x', () => {
    const mode = 'beside-2.x';
    const tableName = (scope: LeaseScope): string => `beside-${perStream(scope)}`;
    describeCheckpointer(
      () => new DynamoDbCheckpointer({ client: dynalite.client(), createTable: true, tableName, mode }),
    );
  });

  describe('with a table of several streams', () => {
    const streamIdentifiers = {
      orders: '123456789012:orders:1767225600',
      events: '123456789012:events:1767225600',
    };
    describeCheckpointer(
      () => new DynamoDbCheckpointer({ client: dynalite.client(), createTable: true, streamIdentifiers }),
    );
  });
});
