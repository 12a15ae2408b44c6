import {
  DynamoDbCheckpointer,
  type DynamoDbCheckpointerOptions,
} from '../../../checkpointers/dynamodb/index.js';
import { UsageError } from '../../command.js';
import type { OpenTarget } from '../target.js';
import { labelOf, tableIn, urlOf } from './url.js';

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
  const store = new DynamoDbCheckpointer({
    client: { ...(region === undefined ? {} : { region }), ...(endpoint === undefined ? {} : { endpoint }) },
    tableName: tableIn(address),
    createTable: parameter('create') === 'true',
    ...(identifier === undefined ? {} : { streamIdentifiers: { [scope.streamName]: identifier } }),
    ...(aggregates === undefined ? {} : { aggregates: aggregates as 'kpl' | 'other' }),
    ...(start === undefined ? {} : { unresolvedStart: startOf(start) }),
  });
  await store.prepare([scope]);
  return { label: labelOf(url), store, list: (of) => store.list(of), close: () => store.close() };
};

function startOf(text: string): NonNullable<DynamoDbCheckpointerOptions['unresolvedStart']> {
  if (text === 'TRIM_HORIZON') return text;
  const timestamp = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isFinite(timestamp)) return { timestamp };
  throw new UsageError(`unresolved-start must be TRIM_HORIZON or a time, not "${text}"`);
}
