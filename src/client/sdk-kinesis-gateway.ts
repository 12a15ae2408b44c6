import {
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
  type Shard,
} from '@aws-sdk/client-kinesis';
import type { Clock } from '../runtime/clock.js';
import type {
  IteratorPosition,
  KinesisGateway,
  PutEntry,
  PutResult,
  RecordsPage,
  ShardDescription,
  StreamDescription,
  StreamRef,
} from './kinesis-gateway.js';
import { readDateHeader } from './date-header.js';
import { translateError } from './translate-error.js';

/** AWS limit: a record's data and partition key, unless the stream says otherwise (MaxRecordSizeInKiB). */
const DEFAULT_MAX_RECORD_KIB = 1024;

/** How the service is told which stream: by ARN if the app gave one, else by name (what every emulator accepts). */
function address(stream: StreamRef): { StreamName?: string; StreamARN?: string } {
  return stream.streamArn === undefined ? { StreamName: stream.streamName } : { StreamARN: stream.streamArn };
}

/** The gateway to Kinesis through the AWS SDK. */
export class SdkKinesisGateway implements KinesisGateway {
  constructor(
    private readonly client: KinesisClient,
    private readonly clock: Clock,
  ) {}

  async describeStream(stream: StreamRef, signal?: AbortSignal): Promise<StreamDescription> {
    const command = new DescribeStreamSummaryCommand(address(stream));
    const date = readDateHeader(command);
    const output = await this.call(
      'DescribeStreamSummary',
      stream,
      (options) => this.client.send(command, options),
      signal,
    );
    const summary = output.StreamDescriptionSummary;
    return {
      streamName: summary?.StreamName ?? stream.streamName,
      streamArn: summary?.StreamARN ?? stream.streamArn ?? '',
      status: summary?.StreamStatus ?? 'ACTIVE',
      openShardCount: summary?.OpenShardCount ?? 0,
      createdAt: summary?.StreamCreationTimestamp?.getTime() ?? 0,
      maxRecordBytes: (summary?.MaxRecordSizeInKiB ?? DEFAULT_MAX_RECORD_KIB) * 1024,
      serviceTime: date() ?? Math.floor(this.clock.wallTime() / 1000) * 1000,
    };
  }

  async listShards(stream: StreamRef, signal?: AbortSignal): Promise<ShardDescription[]> {
    const shards: ShardDescription[] = [];
    let nextToken: string | undefined;
    do {
      // The service takes a token alone: it stands for the stream, too.
      const command = new ListShardsCommand(nextToken ? { NextToken: nextToken } : address(stream));
      const output = await this.call(
        'ListShards',
        stream,
        (options) => this.client.send(command, options),
        signal,
      );
      for (const shard of output.Shards ?? []) shards.push(toShardDescription(shard));
      nextToken = output.NextToken;
    } while (nextToken);
    return shards;
  }

  async putRecords(
    stream: StreamRef,
    entries: readonly PutEntry[],
    signal?: AbortSignal,
  ): Promise<PutResult[]> {
    const command = new PutRecordsCommand({
      ...address(stream),
      Records: entries.map((entry) => ({
        Data: entry.data,
        PartitionKey: entry.partitionKey,
        ...(entry.explicitHashKey === undefined ? {} : { ExplicitHashKey: entry.explicitHashKey }),
      })),
    });
    const output = await this.call(
      'PutRecords',
      stream,
      (options) => this.client.send(command, options),
      signal,
    );
    return (output.Records ?? []).map((result) =>
      result.ErrorCode === undefined
        ? { ok: true, shardId: result.ShardId ?? '', sequenceNumber: result.SequenceNumber ?? '' }
        : { ok: false, errorCode: result.ErrorCode, errorMessage: result.ErrorMessage ?? '' },
    );
  }

  async getShardIterator(
    stream: StreamRef,
    shardId: string,
    position: IteratorPosition,
    signal?: AbortSignal,
  ): Promise<string> {
    const command = new GetShardIteratorCommand({
      ...address(stream),
      ShardId: shardId,
      ShardIteratorType: position.type,
      ...('sequenceNumber' in position ? { StartingSequenceNumber: position.sequenceNumber } : {}),
      ...('timestamp' in position ? { Timestamp: new Date(position.timestamp) } : {}),
    });
    const output = await this.call(
      'GetShardIterator',
      stream,
      (options) => this.client.send(command, options),
      signal,
    );
    return output.ShardIterator ?? '';
  }

  async getRecords(
    stream: StreamRef,
    iterator: string,
    limit: number,
    signal?: AbortSignal,
  ): Promise<RecordsPage> {
    const command = new GetRecordsCommand({
      ShardIterator: iterator,
      Limit: limit,
      ...(stream.streamArn === undefined ? {} : { StreamARN: stream.streamArn }),
    });
    const output = await this.call(
      'GetRecords',
      stream,
      (options) => this.client.send(command, options),
      signal,
    );
    return {
      records: (output.Records ?? []).map((record) => ({
        sequenceNumber: record.SequenceNumber ?? '',
        partitionKey: record.PartitionKey ?? '',
        data: record.Data ?? new Uint8Array(),
        arrivalTime: record.ApproximateArrivalTimestamp?.getTime() ?? 0,
      })),
      ...(output.NextShardIterator === undefined ? {} : { nextIterator: output.NextShardIterator }),
      millisBehindLatest: output.MillisBehindLatest ?? 0,
      childShards: (output.ChildShards ?? []).map((child) => ({
        shardId: child.ShardId ?? '',
        parentShardIds: child.ParentShards ?? [],
      })),
    };
  }

  private async call<T>(
    operation: string,
    stream: StreamRef,
    send: (options: { abortSignal?: AbortSignal }) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    try {
      return await send(signal === undefined ? {} : { abortSignal: signal });
    } catch (error) {
      throw translateError(error, operation, stream.name);
    }
  }
}

function toShardDescription(shard: Shard): ShardDescription {
  return {
    shardId: shard.ShardId ?? '',
    parentShardIds: [shard.ParentShardId, shard.AdjacentParentShardId].filter((id) => id !== undefined),
    startingHashKey: BigInt(shard.HashKeyRange?.StartingHashKey ?? '0'),
    endingHashKey: BigInt(shard.HashKeyRange?.EndingHashKey ?? '0'),
    closed: shard.SequenceNumberRange?.EndingSequenceNumber !== undefined,
  };
}
