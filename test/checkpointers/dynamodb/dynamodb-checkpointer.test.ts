import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Dynalite } from '../../support/dynalite.js';
import { describeDynamoDbCheckpointer } from './dynamodb-suite.js';

/** dynalite writes a few hundred rows a second; `npm run checkpointers:dynamodb-local` has the suite's full 5 000. */
const LEASES = 250;

describe('the DynamoDB checkpointer on dynalite', () => {
  let dynalite: Dynalite;
  let client: DynamoDBClient;

  beforeAll(async () => {
    dynalite = await Dynalite.start();
    client = dynalite.client();
  });
  afterAll(() => dynalite.stop());

  describeDynamoDbCheckpointer(() => client, LEASES);
});
