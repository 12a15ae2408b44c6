import {
  LocalKinesisEngine,
  type LocalKinesisEngineOptions,
} from '../../../../src/testing/local-kinesis/engine/engine.js';
import { ServiceError } from '../../../../src/testing/local-kinesis/engine/service-error.js';
import { SeededRandom } from '../../../../src/testing/seeded-random.js';
import { VirtualClock } from '../../../../src/testing/virtual-clock.js';

/** An answer, or a part of one, as tests look into it. */
export type Answer = Record<string, unknown>;

/** An engine on a clock of its own. */
export function startEngine(options: Partial<LocalKinesisEngineOptions> = {}) {
  const clock = new VirtualClock();
  const engine = new LocalKinesisEngine({ clock, random: new SeededRandom(1), ...options });
  const call = (operation: string, input: Answer = {}): Promise<Answer> => engine.execute(operation, input);
  const createStream = (shards = 1): Promise<Answer> =>
    call('CreateStream', { StreamName: 'orders', ShardCount: shards });

  const iterator = async (shard = 0, type = 'TRIM_HORIZON', more: Answer = {}): Promise<string> => {
    const input = { StreamName: 'orders', ShardId: shardId(shard), ShardIteratorType: type, ...more };
    return (await call('GetShardIterator', input)).ShardIterator as string;
  };
  const read = async (shard = 0, type = 'TRIM_HORIZON', more: Answer = {}): Promise<string[]> => {
    const { Records } = await call('GetRecords', { ShardIterator: await iterator(shard, type, more) });
    return texts(Records);
  };
  const put = async (
    text: string,
    more: Answer = {},
  ): Promise<{ ShardId: string; SequenceNumber: string }> => {
    const input = { StreamName: 'orders', PartitionKey: 'key', Data: bytes(text), ...more };
    return (await call('PutRecord', input)) as { ShardId: string; SequenceNumber: string };
  };
  const shardIds = async (filter?: Answer): Promise<string[]> => {
    const { Shards } = await call('ListShards', {
      StreamName: 'orders',
      ...(filter && { ShardFilter: filter }),
    });
    return (Shards as { ShardId: string }[]).map((shard) => shard.ShardId);
  };
  return { clock, engine, call, createStream, iterator, read, put, shardIds };
}

export function shardId(ordinal: number): string {
  return `shardId-${String(ordinal).padStart(12, '0')}`;
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function texts(records: unknown): string[] {
  return (records as { Data: Uint8Array }[]).map(({ Data }) => new TextDecoder().decode(Data));
}

/** The code and message a call was refused with. */
export async function refusal(call: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ServiceError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('the call was not refused');
}
