import { type DynamicModule, Module } from '@nestjs/common';
import { KinesisModule } from 'nestjs-kinesis';
import { AirportsController } from './flights/airports.controller.js';
import { DelayStatistics } from './flights/delay-statistics.js';
import { FlightsController } from './flights/flights.controller.js';
import { Ledger } from './flights/ledger.js';
import { SAMPLE_CONFIG, type SampleConfig } from './sample-config.js';

@Module({})
class ConfigModule {}

@Module({})
export class AppModule {
  static register(config: SampleConfig): DynamicModule {
    const configModule: DynamicModule = {
      module: ConfigModule,
      global: true,
      providers: [{ provide: SAMPLE_CONFIG, useValue: config }],
      exports: [SAMPLE_CONFIG],
    };
    return {
      module: AppModule,
      imports: [
        configModule,
        KinesisModule.forRootAsync({
          inject: [SAMPLE_CONFIG],
          useFactory: ({ client, streamName, checkpointer }: SampleConfig) => ({
            application: 'airport-delays',
            client,
            checkpointer,
            streams: { flights: { streamName } },
            producer: { ordering: 'partition-key' },
            // The demo wants to show flights soon after they are put; a shard allows five reads a second.
            consumer: { shardFetchRate: 4, sleepTimeNoRecords: 250 },
          }),
        }),
      ],
      controllers: [FlightsController, AirportsController],
      providers: [DelayStatistics, Ledger],
    };
  }
}
