import { Dynalite } from '../../support/dynalite.js';
import { describeDynamoDbCheckpointer } from './dynamodb-suite.js';

describe('the DynamoDB checkpointer on dynalite', () => {
  let dynalite: Dynalite;

  beforeAll(async () => {
    dynalite = await Dynalite.start();
  });
  afterAll(() => dynalite.stop());

  describeDynamoDbCheckpointer(() => dynalite.endpoint);
});
