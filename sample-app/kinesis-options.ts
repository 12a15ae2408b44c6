import { BytesSerializer, type KinesisModuleOptions, SingleAggregator } from 'nestjs-kinesis';
import type { SampleConfig } from './sample-config.js';

/** The library's options, as the app's configuration has them. */
export function kinesisOptions(config: SampleConfig): KinesisModuleOptions {
  return {
    application: 'airport-delays',
    client: config.client,
    checkpointer: config.checkpointer,
    streams: {
      flights: { streamName: config.streamName },
      'flights-dead': {
        streamName: config.deadLetterStreamName,
        aggregator: new SingleAggregator(new BytesSerializer()),
      },
    },
    deadLetterSink: { stream: 'flights-dead' },
    producer: { ordering: 'partition-key' },
    // The demo wants to show flights soon after they are put; a shard allows five reads a second.
    consumer: { shardFetchRate: 4, sleepTimeNoRecords: 250 },
  };
}
