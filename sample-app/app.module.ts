import { type DynamicModule, Module } from '@nestjs/common';
import { KinesisModule } from 'nestjs-kinesis';
import { DeadLettersModule } from './dead-letters/dead-letters.module.js';
import { DelaysModule } from './delays/delays.module.js';
import { FlightsModule } from './flights/flights.module.js';
import { kinesisOptions } from './kinesis-options.js';
import { RoutesModule } from './routes/routes.module.js';
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
        KinesisModule.forRootAsync({ inject: [SAMPLE_CONFIG], useFactory: kinesisOptions }),
        FlightsModule,
        DelaysModule,
        RoutesModule,
        DeadLettersModule,
      ],
    };
  }
}
