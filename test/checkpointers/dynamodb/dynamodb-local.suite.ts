import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoDbConfig } from '../../support/dynalite.js';
import { describeDynamoDbCheckpointer } from './dynamodb-suite.js';

/** Run by `npm run checkpointers:dynamodb-local`, which starts the server. */
describe('the DynamoDB checkpointer on DynamoDB Local', () => {
  const endpoint = process.env.DYNAMODB_ENDPOINT;
  if (endpoint === undefined) throw new Error('run this with npm run checkpointers:dynamodb-local');

  const client = new DynamoDBClient(dynamoDbConfig(endpoint));
  afterAll(() => client.destroy());

  describeDynamoDbCheckpointer(() => client, 5_000);
});
