import { JsonSerializer, KplAggregator } from '../../src/aggregators/index.js';
import { referenceEncode } from '../aggregators/support/kpl-reference.js';
import { recordingHandler } from '../support/scripted-handlers.js';
import { VirtualProcess } from '../support/virtual-process.js';
import { VirtualStream } from '../support/virtual-stream.js';

const aggregator = new KplAggregator(new JsonSerializer());

let stream: VirtualStream;

afterEach(() => stream.close());

/** One Kinesis record that holds these user records; each has its value as partition key. */
async function putAggregate(values: readonly string[], PartitionKey = values[0]): Promise<void> {
  const users = values.map((value) => ({ data: Buffer.from(JSON.stringify(value)), partitionKey: value }));
  await stream.engine.execute('PutRecord', {
    StreamName: 'orders',
    PartitionKey,
    Data: referenceEncode(users),
  });
}

it.each([1_200, 1_900, 2_600, 3_300, 4_000])(
  'a crash in the middle of an aggregate loses no user record, and repeats none behind the checkpoint: after %i ms',
  async (crashAt) => {
    stream = await VirtualStream.create(1);
    const values = Array.from({ length: 12 }, (_, i) => `user record ${i}`);
    await putAggregate(values);
    const dying = new VirtualProcess(stream.clock);
    const first = recordingHandler(() => dying.clock.sleep(400));
    stream.worker([first], { aggregator, process: dying }).start();
    await stream.clock.advance(crashAt);
    dying.crash();
    const [lease] = await stream.leases();
    const checkpointed = lease?.checkpoint.type === 'SEQUENCE' ? lease.checkpoint.subSequenceNumber + 1 : 0;
    const rest = recordingHandler();
    stream.worker([rest], { aggregator }).start();
    await stream.clock.advance(40_000);
    expect(first.seen.length).toBeGreaterThan(checkpointed);
    expect(rest.seen).toEqual(values.slice(checkpointed));
  },
);

it('an aggregate whose keys belong to both children of a split is handled whole, before the children', async () => {
  stream = await VirtualStream.create(1);
  const values = Array.from({ length: 20 }, (_, i) => `key ${i}`);
  await putAggregate(values);
  await stream.split('shardId-000000000000');
  for (const value of values) await putAggregate([`${value} later`], value);
  const handler = recordingHandler(() => stream.clock.sleep(10));
  stream.worker([handler], { aggregator }).start();
  await stream.clock.advance(20_000);
  expect(handler.seen.slice(0, 20)).toEqual(values);
  expect(new Set(handler.contexts.slice(20).map(({ shardId }) => shardId)).size).toBe(2);
  expect(handler.seen.slice(20).sort()).toEqual(values.map((value) => `${value} later`).sort());
});
