import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis';
import type { Clock } from '../runtime/clock.js';
import {
  streamAddress,
  toEntries,
  toIteratorInput,
  toListShardsInput,
  toPutResults,
  toRecordsPage,
  toShardDescription,
  toStreamDescription,
} from './api-shapes.js';
import { BodyPool } from './body-pool.js';
import { readDateHeader } from './date-header.js';
import { readGetRecordsAnswer } from './get-records-answer.js';
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
import { readPutRecordsAnswer } from './put-records-answer.js';
import { putRecordsBody } from './put-records-body.js';
import { readAnswer, sendBody, speaksJson } from './raw-exchange.js';
import { translateError } from './translate-error.js';

type SendOptions = { abortSignal?: AbortSignal };

/** The gateway to Kinesis through the AWS SDK. */
export class SdkKinesisGateway implements KinesisGateway {
  private readonly bodies = new BodyPool();

  constructor(
    private readonly client: KinesisClient,
    private readonly clock: Clock,
  ) {}

  async describeStream(stream: StreamRef, signal?: AbortSignal): Promise<StreamDescription> {
    const command = new DescribeStreamSummaryCommand(streamAddress(stream));
    const date = readDateHeader(command);
    const send = (options: SendOptions) => this.client.send(command, options);
    const output = await this.call('DescribeStreamSummary', stream, send, signal);
    return toStreamDescription(stream, output, date() ?? Math.floor(this.clock.wallTime() / 1000) * 1000);
  }

  async createStream(stream: StreamRef, shards: number, signal?: AbortSignal): Promise<void> {
    const command = new CreateStreamCommand({ StreamName: stream.streamName, ShardCount: shards });
    const send = (options: SendOptions) => this.client.send(command, options);
    await this.call('CreateStream', stream, send, signal);
  }

  async listShards(stream: StreamRef, signal?: AbortSignal, openSince?: number): Promise<ShardDescription[]> {
    const shards: ShardDescription[] = [];
    let nextToken: string | undefined;
    do {
      // The service takes a token alone: it stands for the stream, too.
      const input = nextToken === undefined ? toListShardsInput(stream, openSince) : { NextToken: nextToken };
      const command = new ListShardsCommand(input);
      const send = (options: SendOptions) => this.client.send(command, options);
      const output = await this.call('ListShards', stream, send, signal);
      for (const shard of output.Shards ?? []) shards.push(toShardDescription(shard));
      nextToken = output.NextToken;
    } while (nextToken !== undefined);
    return shards;
  }

  async putRecords(
    stream: StreamRef,
    entries: readonly PutEntry[],
    signal?: AbortSignal,
  ): Promise<PutResult[]> {
    const command = new PutRecordsCommand({ ...streamAddress(stream), Records: toEntries(entries) });
    if (speaksJson(this.client)) sendBody(command, (input) => putRecordsBody(input, entries));
    readAnswer(command, readPutRecordsAnswer);
    const send = (options: SendOptions) => this.client.send(command, options);
    return toPutResults(await this.call('PutRecords', stream, send, signal));
  }

  async getShardIterator(
    stream: StreamRef,
    shardId: string,
    position: IteratorPosition,
    signal?: AbortSignal,
  ): Promise<string> {
    const command = new GetShardIteratorCommand(toIteratorInput(stream, shardId, position));
    const send = (options: SendOptions) => this.client.send(command, options);
    const output = await this.call('GetShardIterator', stream, send, signal);
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
    const { bodies } = this;
    readAnswer(command, (body) => readGetRecordsAnswer(body, bodies, () => this.clock.nextTurn()), bodies);
    const send = (options: SendOptions) => this.client.send(command, options);
    return toRecordsPage(await this.call('GetRecords', stream, send, signal));
  }

  private async call<Output>(
    operation: string,
    stream: StreamRef,
    send: (options: SendOptions) => Promise<Output>,
    signal: AbortSignal | undefined,
  ): Promise<Output> {
    try {
      return await send(signal === undefined ? {} : { abortSignal: signal });
    } catch (error) {
      throw translateError(error, operation, stream.name);
    }
  }
}
