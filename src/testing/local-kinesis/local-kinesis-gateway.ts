import type {
  DescribeStreamSummaryOutput,
  GetRecordsOutput,
  GetShardIteratorOutput,
  ListShardsOutput,
  PutRecordsOutput,
} from '@aws-sdk/client-kinesis';
import {
  streamAddress,
  toEntries,
  toIteratorInput,
  toListShardsInput,
  toPutResults,
  toRecordsPage,
  toShardDescription,
  toStreamDescription,
} from '../../client/api-shapes.js';
import type {
  IteratorPosition,
  KinesisGateway,
  PutEntry,
  PutResult,
  RecordsPage,
  ShardDescription,
  StreamDescription,
  StreamRef,
} from '../../client/kinesis-gateway.js';
import { translateError } from '../../client/translate-error.js';
import type { Clock } from '../../runtime/clock.js';
import type { OperationExecutor, OperationInput } from './engine/operation.js';
import { sdkErrorOf } from './sdk-errors.js';

/**
 * The local Kinesis as the engine's gateway, in process: no HTTP and no SDK, so that with a virtual clock days pass
 * in seconds.
 */
export class LocalKinesisGateway implements KinesisGateway {
  constructor(
    private readonly executor: OperationExecutor,
    private readonly clock: Clock,
  ) {}

  async describeStream(stream: StreamRef, signal?: AbortSignal): Promise<StreamDescription> {
    const output = await this.call<DescribeStreamSummaryOutput>(
      'DescribeStreamSummary',
      stream,
      streamAddress(stream),
      signal,
    );
    return toStreamDescription(stream, output, Math.floor(this.clock.wallTime() / 1000) * 1000);
  }

  async createStream(stream: StreamRef, shards: number, signal?: AbortSignal): Promise<void> {
    const input = { StreamName: stream.streamName, ShardCount: shards };
    await this.call<object>('CreateStream', stream, input, signal);
  }

  async listShards(stream: StreamRef, signal?: AbortSignal, openSince?: number): Promise<ShardDescription[]> {
    const shards: ShardDescription[] = [];
    let NextToken: string | undefined;
    do {
      const input = NextToken === undefined ? toListShardsInput(stream, openSince) : { NextToken };
      const output = await this.call<ListShardsOutput>('ListShards', stream, input, signal);
      for (const shard of output.Shards ?? []) shards.push(toShardDescription(shard));
      NextToken = output.NextToken;
    } while (NextToken !== undefined);
    return shards;
  }

  async putRecords(
    stream: StreamRef,
    entries: readonly PutEntry[],
    signal?: AbortSignal,
  ): Promise<PutResult[]> {
    const input = { ...streamAddress(stream), Records: toEntries(entries) };
    return toPutResults(await this.call<PutRecordsOutput>('PutRecords', stream, input, signal));
  }

  async getShardIterator(
    stream: StreamRef,
    shardId: string,
    position: IteratorPosition,
    signal?: AbortSignal,
  ): Promise<string> {
    const input = toIteratorInput(stream, shardId, position);
    const output = await this.call<GetShardIteratorOutput>('GetShardIterator', stream, input, signal);
    return output.ShardIterator ?? '';
  }

  async getRecords(
    stream: StreamRef,
    iterator: string,
    limit: number,
    signal?: AbortSignal,
  ): Promise<RecordsPage> {
    const input = { ShardIterator: iterator, Limit: limit };
    return toRecordsPage(await this.call<GetRecordsOutput>('GetRecords', stream, input, signal));
  }

  private async call<Output>(
    operation: string,
    stream: StreamRef,
    input: object,
    signal: AbortSignal | undefined,
  ): Promise<Output> {
    try {
      signal?.throwIfAborted();
      return (await this.executor.execute(operation, input as OperationInput, signal)) as Output;
    } catch (error) {
      throw translateError(sdkErrorOf(error), operation, stream.name);
    }
  }
}
