import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { KinesisConsumer, type KinesisContext, KinesisCtx, KinesisModule } from 'nestjs-kinesis';
import { openStore, type StoreAddress } from './open-store.js';

/** What a worker process is given, as JSON in its first argument. */
export interface WorkerSettings {
  readonly store: StoreAddress;
  readonly application: string;
  readonly endpoint: string;
}

const { store, application, endpoint } = JSON.parse(process.argv[2] ?? '') as WorkerSettings;

/** Says of which shard it has handled a record, a line each. */
@Injectable()
class Reporter {
  @KinesisConsumer('orders')
  onRecord(@KinesisCtx() { shardId }: KinesisContext): void {
    process.stdout.write(`${shardId}\n`);
  }
}

const { checkpointer } = await openStore(store);

@Module({
  imports: [
    KinesisModule.forRoot({
      application,
      checkpointer,
      client: {
        endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      },
      streams: { orders: {} },
    }),
  ],
  providers: [Reporter],
})
class WorkerModule {}

await NestFactory.createApplicationContext(WorkerModule, { logger: false });
