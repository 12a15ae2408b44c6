import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDbCheckpointer,
  type DynamoDbCheckpointerOptions,
} from '../../../src/checkpointers/dynamodb/index.js';
import { describeCheckpointer, SeededRandom } from '../../../src/testing/index.js';
import { HastyClock } from './table-fixture.js';

const STREAMS = ['orders', 'a', 'b.c', 'b-c', 'c', ...Array.from({ length: 10 }, (_, i) => `stream-${i}`)];

/** DynamoDB Local, unlike the service, does not tell capital letters in a table's name from small ones. */
const tableOf = (...names: string[]): string => names.join('.of.').replace(/[A-Z]/g, '__$&');

const KINDS: Record<string, DynamoDbCheckpointerOptions> = {
  'with a table for each stream': {
    tableName: ({ application, streamName }) => tableOf(application, streamName),
  },
  'with a table of several streams, and positions that a KCL counts as we do': {
    tableName: ({ application }) => tableOf(application),
    streamIdentifiers: Object.fromEntries(STREAMS.map((name) => [name, `123456789012:${name}:1767225600`])),
    aggregates: 'kpl',
  },
  'beside a KCL 2.x': {
    tableName: ({ application, streamName }) => tableOf('beside', application, streamName),
    mode: 'beside-2.x',
  },
};

/**
 * The suite for every checkpointer, on one server and with sets of options that write other rows.
 *
 * @param client - one for all: a request timeout of seconds is too short for a local server on a busy machine
 * @param leases - of the test with many, which is done once
 */
export function describeDynamoDbCheckpointer(client: () => DynamoDBClient, leases: number): void {
  let seed = 0;
  for (const [position, [kind, options]] of Object.entries(KINDS).entries()) {
    describe(kind, () => {
      describeCheckpointer(
        // Each test has tables of its own, and a local server needs no time to make one.
        () =>
          new DynamoDbCheckpointer(
            { client: client(), createTable: true, ...options },
            { clock: new HastyClock(), random: new SeededRandom(seed++) },
          ),
        { names: 'kinesis', leases: position === 0 ? leases : 0 },
      );
    });
  }
}
