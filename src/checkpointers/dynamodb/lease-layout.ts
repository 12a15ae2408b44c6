import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { KinesisConfigurationError } from '../../errors.js';
import type { LeaseScope } from '../checkpointer.js';
import { KCL, OURS, type Row, text, textOf } from './attributes.js';

/** How the leases of one stream are named in a table. */
export interface LeaseLayout {
  keyOf(shardId: string): string;

  /**
   * The shard a row is of; undefined where it is another stream's.
   *
   * @throws KinesisConfigurationError if the row shows that the table is used otherwise
   */
  shardIdOf(row: Row): string | undefined;

  /** What a row says about its stream and shard beside its key. */
  identity(shardId: string): Record<string, AttributeValue>;
}

/** A table of one stream, the KCL's usual case: the key is the shard. */
export class SingleStreamLayout implements LeaseLayout {
  constructor(
    private readonly table: string,
    private readonly streamName: string,
  ) {}

  keyOf(shardId: string): string {
    return shardId;
  }

  shardIdOf(row: Row): string | undefined {
    const { table, streamName } = this;
    const identifier = textOf(row, KCL.streamIdentifier);
    if (identifier !== undefined) {
      throw new KinesisConfigurationError(
        `The DynamoDB table "${table}" holds leases of several streams, "${identifier}" among them. ` +
          'Name each of them in "streamIdentifiers" of DynamoDbCheckpointer.',
      );
    }
    const stream = textOf(row, OURS.stream) ?? streamName;
    if (stream !== streamName) {
      throw new KinesisConfigurationError(
        `The DynamoDB table "${table}" holds the leases of stream "${stream}" and cannot hold those of ` +
          `"${streamName}", too: give each stream a table ("tableName" as a function), or set "streamIdentifiers" ` +
          'of DynamoDbCheckpointer.',
      );
    }
    return textOf(row, KCL.leaseKey);
  }

  identity(): Record<string, AttributeValue> {
    return { [OURS.stream]: text(this.streamName) };
  }
}

/** A table of several streams, as the KCL's with a multi-stream tracker: `account:stream:epoch:shard`. */
export class MultiStreamLayout implements LeaseLayout {
  constructor(private readonly streamIdentifier: string) {}

  keyOf(shardId: string): string {
    return `${this.streamIdentifier}:${shardId}`;
  }

  shardIdOf(row: Row): string | undefined {
    const prefix = this.keyOf('');
    const key = textOf(row, KCL.leaseKey);
    return key?.startsWith(prefix) === true ? key.slice(prefix.length) : undefined;
  }

  identity(shardId: string): Record<string, AttributeValue> {
    return { [KCL.streamIdentifier]: text(this.streamIdentifier), [KCL.shardId]: text(shardId) };
  }
}

/** @throws KinesisConfigurationError if the streams are named and this is not one of them */
export function layoutOf(
  table: string,
  { streamName }: LeaseScope,
  streamIdentifiers: Readonly<Record<string, string>> | undefined,
): LeaseLayout {
  if (streamIdentifiers === undefined) return new SingleStreamLayout(table, streamName);
  const identifier = streamIdentifiers[streamName];
  if (identifier !== undefined) return new MultiStreamLayout(identifier);
  throw new KinesisConfigurationError(
    `"streamIdentifiers" of DynamoDbCheckpointer does not name stream "${streamName}": ` +
      'add it as "account:stream:creationEpoch", as the KCL\'s StreamTracker has it.',
  );
}
