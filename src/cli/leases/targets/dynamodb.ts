import {
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import { createClient } from '../../../checkpointers/dynamodb/create-client.js';
import {
  DynamoDbCheckpointer,
  type DynamoDbCheckpointerOptions,
} from '../../../checkpointers/dynamodb/index.js';
import { translateError } from '../../../checkpointers/dynamodb/translate-error.js';
import { SystemClock } from '../../../runtime/system-clock.js';
import { SystemRandom } from '../../../runtime/system-random.js';
import { UsageError } from '../../command.js';
import type { OpenTarget } from '../target.js';
import { flagOf, labelOf, tableIn, urlOf } from './url.js';

const PARAMETERS = ['region', 'endpoint', 'create', 'identifier', 'aggregates', 'unresolved-start'];

/** Leases of a `DynamoDbCheckpointer`, or of the KCL: they share a table. */
export const openDynamoDb: OpenTarget = async (address, scope) => {
  const url = urlOf(address, PARAMETERS);
  const parameter = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  const [region, endpoint] = [parameter('region'), parameter('endpoint')];
  const [identifier, aggregates, start] = [
    parameter('identifier'),
    parameter('aggregates'),
    parameter('unresolved-start'),
  ];
  const client = createClient({
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  const tableName = tableIn(address);
  const store = new DynamoDbCheckpointer(
    {
      client,
      tableName,
      createTable: true,
      consistentReads: true,
      ...(identifier === undefined ? {} : { streamIdentifiers: { [scope.streamName]: identifier } }),
      ...(aggregates === undefined ? {} : { aggregates: aggregates as 'kpl' | 'other' }),
      ...(start === undefined ? {} : { unresolvedStart: startOf(start) }),
    },
    // Whether workers live, of whatever kind, is looked after before anything is written.
    { clock: new SystemClock(), random: new SystemRandom(), kclMayLive: true },
  );
  let missing = !(await exists(client, tableName));
  if (missing && !flagOf(url, 'create')) {
    client.destroy();
    throw new Error(
      `there is no DynamoDB table "${tableName}" in this account and region; create=true makes one`,
    );
  }
  return {
    label: labelOf(url),
    store,
    list: async (of) => (missing ? [] : store.list(of)),
    prepare: async () => {
      await store.prepare([scope]);
      missing = false;
    },
    close: async () => client.destroy(),
  };
};

async function exists(client: DynamoDBClient, table: string): Promise<boolean> {
  try {
    await client.send(new DescribeTableCommand({ TableName: table }));
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw translateError(error, 'DescribeTable', table);
  }
}

function startOf(text: string): NonNullable<DynamoDbCheckpointerOptions['unresolvedStart']> {
  if (text === 'TRIM_HORIZON') return text;
  const timestamp = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isFinite(timestamp)) return { timestamp };
  throw new UsageError(`unresolved-start must be TRIM_HORIZON or a time, not "${text}"`);
}
