import {
  CreateTableCommand,
  DescribeTableCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { CheckpointerError, KinesisConfigurationError } from '../../errors.js';
import { Backoff } from '../../runtime/backoff.js';
import { KCL } from './attributes.js';
import type { CallEnvironment } from './table-calls.js';
import { tableMissing, translateError } from './translate-error.js';

/** Milliseconds: the first wait for a table that is being made, and the longest; it takes seconds. */
const POLL_BACKOFF = { initial: 100, max: 2_000 };

/** How long to wait for it altogether. */
const CREATION_TIMEOUT = 120_000;

/**
 * Makes sure that the table is there and can be used. One that is created has on-demand billing, no index and no TTL:
 * nothing may remove a checkpoint by itself.
 *
 * @throws KinesisConfigurationError if there is no such table, or it has another key
 */
export async function prepareTable(
  environment: CallEnvironment,
  table: string,
  createTable: boolean,
): Promise<void> {
  const { clock, random } = environment;
  const deadline = clock.now() + CREATION_TIMEOUT;
  const backoff = new Backoff(POLL_BACKOFF, random);
  let description = await describe(environment, table);
  if (!description) {
    if (!createTable) throw tableMissing(table);
    await create(environment, table);
  }
  while (!isUsable(description)) {
    if (clock.now() > deadline) {
      throw new CheckpointerError(
        'dynamodb',
        `the table "${table}" is not active: its status is ${description?.TableStatus ?? 'unknown'}.`,
        { retryable: true },
      );
    }
    await clock.sleep(backoff.next());
    description = await describe(environment, table);
  }
  const [key, ...more] = description?.KeySchema ?? [];
  if (key?.AttributeName !== KCL.leaseKey || more.length > 0) {
    throw new KinesisConfigurationError(
      `The DynamoDB table "${table}" is no lease table: its key is not "leaseKey" alone. Set "tableName" of ` +
        'DynamoDbCheckpointer.',
    );
  }
}

/** A table whose indexes or billing are being changed can be used; one on its way out cannot. */
function isUsable(description: TableDescription | undefined): boolean {
  return description?.TableStatus === 'ACTIVE' || description?.TableStatus === 'UPDATING';
}

async function describe({ client }: CallEnvironment, table: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: table }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw translateError(error, 'DescribeTable', table);
  }
}

async function create({ client }: CallEnvironment, table: string): Promise<void> {
  try {
    await client.send(
      new CreateTableCommand({
        TableName: table,
        AttributeDefinitions: [{ AttributeName: KCL.leaseKey, AttributeType: 'S' }],
        KeySchema: [{ AttributeName: KCL.leaseKey, KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
  } catch (error) {
    // Another worker was first.
    if (error instanceof ResourceInUseException) return;
    throw translateError(error, 'CreateTable', table);
  }
}
