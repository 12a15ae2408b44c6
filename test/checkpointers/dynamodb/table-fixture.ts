import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Lease, LeaseScope } from '../../../src/checkpointers/checkpointer.js';
import {
  DynamoDbCheckpointer,
  type DynamoDbCheckpointerOptions,
} from '../../../src/checkpointers/dynamodb/index.js';
import type { Timer } from '../../../src/runtime/clock.js';
import { SystemClock } from '../../../src/runtime/system-clock.js';
import { SeededRandom } from '../../../src/testing/index.js';
import { Dynalite } from '../../support/dynalite.js';
import type { Row } from './kcl-tables.js';

/** Waits a thousandth of what is asked for, and then says that all of it has passed. */
export class HastyClock extends SystemClock {
  readonly waits: number[] = [];
  /** Called when a wait begins. */
  onWait: () => void = () => undefined;
  private skipped = 0;

  override now(): number {
    return super.now() + this.skipped;
  }

  override schedule(delay: number, callback: () => void): Timer {
    this.waits.push(delay);
    this.onWait();
    return super.schedule(delay / 1_000, () => {
      this.skipped += delay;
      callback();
    });
  }
}

/** Tables with rows of a test's own in one dynalite. */
export class TableFixture {
  readonly clock = new HastyClock();
  private readonly checkpointers: DynamoDbCheckpointer[] = [];
  private tables = 0;

  private constructor(
    private readonly dynalite: Dynalite,
    readonly client: DynamoDBClient,
  ) {}

  static async start(): Promise<TableFixture> {
    const dynalite = await Dynalite.start();
    return new TableFixture(dynalite, dynalite.client());
  }

  /** A client of its own, for tests that interfere with its requests. */
  newClient(): DynamoDBClient {
    return this.dynalite.client();
  }

  checkpointer(options: DynamoDbCheckpointerOptions = {}): DynamoDbCheckpointer {
    const checkpointer = new DynamoDbCheckpointer(
      { client: this.client, ...options },
      // Of a seed of its own: what is random tells one checkpointer's writes from another's.
      { clock: this.clock, random: new SeededRandom(this.checkpointers.length) },
    );
    this.checkpointers.push(checkpointer);
    return checkpointer;
  }

  /** A table of these rows; its name is that of the scope's application. */
  async scopeOf(rows: readonly Row[], more: Partial<CreateTableCommandInput> = {}): Promise<LeaseScope> {
    const application = `application-${this.tables++}`;
    await this.createTable(application, 'leaseKey', rows, more);
    return { application, streamName: 'orders' };
  }

  async createTable(
    name: string,
    key: string,
    rows: readonly Row[] = [],
    more: Partial<CreateTableCommandInput> = {},
  ): Promise<void> {
    await this.client.send(
      new CreateTableCommand({
        TableName: name,
        AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
        KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
        ...more,
      }),
    );
    for (const Item of rows) await this.put(name, Item);
  }

  async put(table: string, Item: Row): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        await this.client.send(new PutItemCommand({ TableName: table, Item }));
        return;
      } catch (error) {
        // The table may still be in creation.
        if (tries > 100 || (error as Error).name !== 'ResourceNotFoundException') throw error;
      }
    }
  }

  async row(table: string, leaseKey: string): Promise<Row> {
    const { Item } = await this.client.send(
      new GetItemCommand({ TableName: table, Key: { leaseKey: { S: leaseKey } }, ConsistentRead: true }),
    );
    return Item ?? {};
  }

  /** What a KCL worker does to its lease every few seconds (`getDynamoLeaseCounterUpdate`). */
  async renewAsKcl(table: string, leaseKey: string): Promise<void> {
    await this.client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { leaseKey: { S: leaseKey } },
        UpdateExpression: 'ADD leaseCounter :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }),
    );
  }

  async stop(): Promise<void> {
    for (const checkpointer of this.checkpointers) await checkpointer.close();
    await this.dynalite.stop();
  }
}

export function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the lease was lost');
  return value;
}

export const byShard = (leases: readonly Lease[]): Record<string, Lease> =>
  Object.fromEntries(leases.map((lease) => [lease.shardId, lease]));
