import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ThrottledError } from '../../errors.js';
import { Backoff } from '../../runtime/backoff.js';
import type { Clock } from '../../runtime/clock.js';
import type { Random } from '../../runtime/random.js';
import { KCL, type Row, text } from './attributes.js';
import type { RowUpdate } from './row-update.js';
import { translateError } from './translate-error.js';

/** Milliseconds: the first wait after a throttled or unanswered call, and the longest. */
const BACKOFF = { initial: 50, max: 1_000 };

/**
 * No try starts later than this many milliseconds after the first: a worker waits for a heartbeat for a quarter of its
 * session timeout, and one slow row shall not use that up for all.
 */
const RETRY_TIMEOUT = 2_000;

/** What came of a conditional write. */
export type WriteOutcome =
  | { readonly row: Row }
  | {
      readonly row: undefined;
      /** An earlier try of this very write was not answered: it may be what changed the row. */
      readonly mayBeOurs: boolean;
    };

export interface CallEnvironment {
  readonly client: DynamoDBClient;
  readonly clock: Clock;
  readonly random: Random;
}

/** The calls on one table. What is throttled or not answered is tried again for a while, with back-off and jitter. */
export class TableCalls {
  constructor(
    private readonly environment: CallEnvironment,
    readonly table: string,
  ) {}

  async get(key: string, consistent = true): Promise<Row | undefined> {
    const command = new GetItemCommand({
      TableName: this.table,
      Key: { [KCL.leaseKey]: text(key) },
      ConsistentRead: consistent,
    });
    return (await this.retried('GetItem', () => this.environment.client.send(command))).Item;
  }

  /**
   * All rows.
   *
   * @param consistent - otherwise as of some moment in the last second or so, as the KCL's: at half the price, and enough
   * for decisions on rows, which are conditioned on their counters anyway
   */
  async scan(consistent = false): Promise<Row[]> {
    const rows: Row[] = [];
    let from: Row | undefined;
    do {
      const command = new ScanCommand({
        TableName: this.table,
        ConsistentRead: consistent,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      });
      const page = await this.retried('Scan', () => this.environment.client.send(command));
      rows.push(...(page.Items ?? []));
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return rows;
  }

  update(key: string, update: RowUpdate): Promise<WriteOutcome> {
    const command = new UpdateItemCommand({
      TableName: this.table,
      Key: { [KCL.leaseKey]: text(key) },
      ReturnValues: 'ALL_NEW',
      ...update.expressions(),
    });
    return this.write('UpdateItem', async () => {
      const { Attributes } = await this.environment.client.send(command);
      return Attributes ?? {};
    });
  }

  /** @returns whether the conditions of `update` held; it changes nothing otherwise */
  async delete(key: string, condition: RowUpdate): Promise<boolean> {
    const command = new DeleteItemCommand({
      TableName: this.table,
      Key: { [KCL.leaseKey]: text(key) },
      ...condition.expressions(),
    });
    const outcome = await this.write('DeleteItem', async () => {
      await this.environment.client.send(command);
      return {};
    });
    return outcome.row !== undefined;
  }

  private async write(operation: string, send: () => Promise<Row>): Promise<WriteOutcome> {
    let unanswered = false;
    return this.retried<WriteOutcome>(operation, async () => {
      try {
        return { row: await send() };
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) {
          // A client that tries again by itself tells how often it did.
          const mayBeOurs = unanswered || (error.$metadata.attempts ?? 1) > 1;
          return { row: undefined, mayBeOurs };
        }
        if (!(translateError(error, operation, this.table) instanceof ThrottledError)) unanswered = true;
        throw error;
      }
    });
  }

  private async retried<T>(operation: string, call: () => Promise<T>): Promise<T> {
    const { clock, random } = this.environment;
    const backoff = new Backoff(BACKOFF, random);
    const deadline = clock.now() + RETRY_TIMEOUT;
    for (;;) {
      try {
        return await call();
      } catch (thrown) {
        const error = translateError(thrown, operation, this.table);
        const wait = backoff.next();
        if (!error.retryable || clock.now() + wait > deadline) throw error;
        await clock.sleep(wait);
      }
    }
  }
}
