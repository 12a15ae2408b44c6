import { ListShardsCommand } from '@aws-sdk/client-kinesis';
import { JsonSerializer, KinesisModule, KinesisProducer, KplAggregator } from 'nestjs-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import { compileApp, fastOptions, startApp } from './support/app.js';
import { roundTrip } from './support/round-trip.js';

/** The first bytes of a KPL aggregate. */
const KPL_MAGIC = 'f3899ac2';

let kinesis: LocalKinesis;

beforeEach(async () => {
  kinesis = await LocalKinesis.start({ streams: { orders: { shards: 2 } } });
});

afterEach(() => kinesis.stop());

describe('streams', () => {
  it('are created where they are missing and that was asked for', async () => {
    const options = fastOptions(kinesis, {
      streams: { orders: { streamName: 'made', createStream: true, createStreamShards: 3 } },
    });
    expect(await roundTrip([KinesisModule.forRoot(options)])).toHaveLength(1);
    expect(await roundTrip([KinesisModule.forRoot(options)])).toHaveLength(1);
    const { Shards } = await kinesis.client().send(new ListShardsCommand({ StreamName: 'made' }));
    expect(Shards).toHaveLength(3);
  });

  it('may have an aggregator of their own', async () => {
    const aggregator = new KplAggregator(new JsonSerializer(), { alone: 'aggregated' });
    const options = fastOptions(kinesis, { streams: { orders: { aggregator } } });
    expect(await roundTrip([KinesisModule.forRoot(options)])).toHaveLength(1);
    const last = kinesis.records('orders').at(-1);
    expect(
      Buffer.from(last?.data ?? [])
        .subarray(0, 4)
        .toString('hex'),
    ).toBe(KPL_MAGIC);
  });

  it('are not described where that may not be done, and can be put to all the same', async () => {
    const denied = kinesis.faults({ operation: 'DescribeStreamSummary', error: 'AccessDeniedException' });
    const refused = await compileApp(fastOptions(kinesis));
    await expect(refused.app.init()).rejects.toMatchObject({ code: 'KINESIS_ACCESS_DENIED' });
    const { app } = await startApp(
      fastOptions(kinesis, { streams: { orders: { skipDescribeStream: true } } }),
    );
    await expect(app.get(KinesisProducer).send('orders', 1)).resolves.toBeDefined();
    await app.close();
    denied.remove();
  });
});
