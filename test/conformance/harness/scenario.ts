import { randomUUID } from 'node:crypto';
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetRecordsCommandOutput,
  type GetShardIteratorCommandInput,
  ListShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  type PutRecordCommandInput,
  type PutRecordCommandOutput,
  type ServiceInputTypes,
  type ServiceOutputTypes,
  type Shard,
  type StreamDescriptionSummary,
  type _Record,
} from '@aws-sdk/client-kinesis';
import { type ConformanceTarget, type SdkCommand } from './target.js';
import { defined } from './defined.js';
import { isThrottling } from './refusal.js';

/** Tries before something counts as never coming true: with the pauses between them, about four minutes. */
const TRIES = 250;
/** Tries before a throttled call counts as refused: rates are by the second, so five are plenty. */
const THROTTLED_TRIES = 50;
/** Between two tries of a throttled call, in milliseconds. */
const THROTTLED_PAUSE = 100;

export interface StreamUnderTest {
  readonly name: string;
  readonly arn: string;
}

/** The hands of one expectation: makes streams of its own, and clears them away afterwards. */
export class Scenario {
  private readonly created = new Set<string>();

  constructor(private readonly target: ConformanceTarget) {}

  /** Sends a command once, whatever comes. */
  once<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: SdkCommand<Input, Output>,
  ): Promise<Output> {
    return this.target.client.send(command);
  }

  /** Sends a command, again while the target answers that it was too fast: for calls not themselves judged. */
  async send<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: SdkCommand<Input, Output>,
  ): Promise<Output> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.once(command);
      } catch (error) {
        if (tries >= THROTTLED_TRIES || !isThrottling(error)) throw error;
        await this.wait(THROTTLED_PAUSE);
      }
    }
  }

  wait(milliseconds: number): Promise<void> {
    return this.target.wait(milliseconds);
  }

  /** A name no stream has yet; a stream created under it is deleted at the end. */
  newName(): string {
    const name = `conformance-${randomUUID()}`;
    this.created.add(name);
    return name;
  }

  /** A new, active, provisioned stream. */
  async stream({ shards = 1 } = {}): Promise<StreamUnderTest> {
    const name = this.newName();
    await this.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));
    const { StreamARN: arn } = await this.active(name);
    return { name, arn: defined(arn) };
  }

  async summary(name: string): Promise<StreamDescriptionSummary> {
    const { StreamDescriptionSummary: summary } = await this.send(
      new DescribeStreamSummaryCommand({ StreamName: name }),
    );
    return defined(summary);
  }

  /** Waits until what was done to the stream has come into effect. */
  async active(name: string): Promise<StreamDescriptionSummary> {
    return this.eventually(async () => {
      const summary = await this.summary(name);
      return summary.StreamStatus === 'ACTIVE' ? summary : undefined;
    }, `stream ${name} to become ACTIVE`);
  }

  /** The first result of `attempt` that is not undefined. */
  async eventually<T>(attempt: () => Promise<T | undefined>, what: string): Promise<T> {
    for (let tries = 1; tries <= TRIES; tries++) {
      const result = await attempt();
      if (result !== undefined) return result;
      // Soon at first: local targets are quick. AWS takes its time.
      await this.wait(Math.min(1_000, tries * 20));
    }
    throw new Error(`waited in vain for ${what}`);
  }

  async shards(name: string): Promise<Shard[]> {
    const { Shards: shards = [] } = await this.send(new ListShardsCommand({ StreamName: name }));
    return shards;
  }

  /** The shard of a stream that has but one. */
  async onlyShard(name: string): Promise<string> {
    const [shard, ...others] = await this.shards(name);
    expect(others).toEqual([]);
    return defined(shard?.ShardId);
  }

  async put(
    name: string,
    text: string,
    more: Partial<PutRecordCommandInput> = {},
  ): Promise<PutRecordCommandOutput> {
    return this.send(
      new PutRecordCommand({ StreamName: name, Data: Buffer.from(text), PartitionKey: 'key', ...more }),
    );
  }

  async putAll(name: string, texts: readonly string[]): Promise<void> {
    const answer = await this.send(
      new PutRecordsCommand({
        StreamName: name,
        Records: texts.map((text) => ({ Data: Buffer.from(text), PartitionKey: 'key' })),
      }),
    );
    expect(answer.FailedRecordCount).toBe(0);
  }

  async iterator(
    name: string,
    position: Omit<GetShardIteratorCommandInput, 'StreamName' | 'ShardId'> & { ShardId?: string },
  ): Promise<string> {
    const { ShardIterator: iterator } = await this.send(
      new GetShardIteratorCommand({
        StreamName: name,
        ...position,
        ShardId: position.ShardId ?? (await this.onlyShard(name)),
      }),
    );
    return defined(iterator);
  }

  async page(iterator: string, limit?: number): Promise<GetRecordsCommandOutput> {
    return this.send(
      new GetRecordsCommand({ ShardIterator: iterator, ...(limit === undefined ? {} : { Limit: limit }) }),
    );
  }

  /** Reads on from an iterator until `count` records have come, or the shard has ended. */
  async read(iterator: string, count: number): Promise<_Record[]> {
    const records: _Record[] = [];
    let next: string | undefined = iterator;
    await this.eventually(async () => {
      if (next === undefined) return true;
      const page: GetRecordsCommandOutput = await this.page(next);
      records.push(...(page.Records ?? []));
      next = page.NextShardIterator;
      return records.length >= count || undefined;
    }, `${count} records`);
    return records;
  }

  /** The texts of the first `count` records a shard iterator of that kind yields. */
  async texts(
    name: string,
    count: number,
    position: Parameters<Scenario['iterator']>[1] = { ShardIteratorType: 'TRIM_HORIZON' },
  ): Promise<string[]> {
    return textsOf(await this.read(await this.iterator(name, position), count));
  }

  /** Deletes every stream that came to be. Streams cost money on AWS: one that stays is an error. */
  async cleanUp(): Promise<void> {
    for (const name of this.created) {
      await this.eventually(async () => {
        const deletion = this.send(
          new DeleteStreamCommand({ StreamName: name, EnforceConsumerDeletion: true }),
        );
        const outcome = await deletion.catch((error: Error) => error.name);
        // In the middle of a change a stream is not deleted.
        return outcome === 'ResourceInUseException' ? undefined : outcome;
      }, `stream ${name} to be deleted`);
    }
  }
}

export function textsOf(records: readonly _Record[] | undefined): string[] {
  return (records ?? []).map((record) => Buffer.from(record.Data ?? []).toString());
}
