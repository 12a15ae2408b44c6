import {
  type AttributeValue,
  DynamoDBClient,
  ScanCommand,
  type ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { OpenTarget } from '../target.js';
import { type AsyncKinesisRow, toLeases, withParents } from './async-kinesis.js';
import { labelOf, tableIn, urlOf } from './url.js';

/**
 * What async-kinesis' `DynamoDBCheckPointer(name)` keeps in the table `kinesis-checkpoints-<name>`, or another of its
 * `table_name`. The name of the stream is not in it.
 */
export const openAsyncKinesisDynamoDb: OpenTarget = async (address) => {
  const url = urlOf(address, ['region', 'endpoint', 'parents']);
  const [region, endpoint] = [url.searchParams.get('region'), url.searchParams.get('endpoint')];
  const client = new DynamoDBClient({
    ...(region === null ? {} : { region }),
    ...(endpoint === null ? {} : { endpoint }),
  });
  return {
    label: labelOf(url),
    list: async ({ streamName }) => {
      const leases = toLeases(await readRows(client, tableIn(address)));
      return withParents(leases, streamName, url.searchParams.get('parents') ?? 'kinesis');
    },
    close: async () => client.destroy(),
  };
};

async function readRows(client: DynamoDBClient, table: string): Promise<AsyncKinesisRow[]> {
  const rows: AsyncKinesisRow[] = [];
  let next: Record<string, AttributeValue> | undefined;
  do {
    const page: ScanCommandOutput = await client.send(
      new ScanCommand({
        TableName: table,
        ConsistentRead: true,
        ...(next === undefined ? {} : { ExclusiveStartKey: next }),
      }),
    );
    for (const { shard_id, ref, ts, sequence } of page.Items ?? []) {
      if (shard_id?.S === undefined) continue;
      rows.push({
        shardId: shard_id.S,
        ref: ref?.S ?? null,
        ts: ts?.N === undefined ? null : Number(ts.N),
        sequence: sequence?.S ?? null,
      });
    }
    next = page.LastEvaluatedKey;
  } while (next !== undefined);
  return rows;
}
