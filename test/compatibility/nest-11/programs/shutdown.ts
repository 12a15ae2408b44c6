import { Buffer } from 'node:buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { Injectable, Module, type OnModuleDestroy } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { KinesisConsumer, KinesisModule, MemoryCheckpointer } from 'nestjs-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';

const journal: string[] = [];

/** Each says when it closes; they are at different distances from the root. */
class Database implements OnModuleDestroy {
  onModuleDestroy(): void {
    journal.push(`${this.constructor.name} closes`);
  }
}

@Injectable()
class DeepDatabase extends Database {}

@Injectable()
class FeatureDatabase extends Database {}

@Injectable()
class RootDatabase extends Database {}

@Module({ providers: [DeepDatabase], exports: [DeepDatabase] })
class DeepModule {}

@Injectable()
class OrdersHandler {
  @KinesisConsumer('orders')
  async onOrder(): Promise<void> {
    journal.push('the handler begins');
    await sleep(200);
    journal.push('the handler ends');
  }
}

@Module({ imports: [DeepModule], providers: [FeatureDatabase, OrdersHandler] })
class FeatureModule {}

class AppModule {}

/** @returns what happened, in order, when an app was closed while its handler was at work */
export async function runShutdown(): Promise<string[]> {
  const kinesis = await LocalKinesis.start({ streams: { orders: { shards: 1 } } });
  const client = kinesis.client();
  const Records = [{ Data: Buffer.from('{}'), PartitionKey: 'k' }];
  await client.send(new PutRecordsCommand({ StreamName: 'orders', Records }));
  client.destroy();
  const module = KinesisModule.forRoot({
    application: 'orders',
    client: kinesis.clientConfig,
    checkpointer: new MemoryCheckpointer(),
    streams: { orders: {} },
  });
  const app = await NestFactory.createApplicationContext(
    { module: AppModule, imports: [FeatureModule, module], providers: [RootDatabase] },
    { logger: false, abortOnError: false },
  );
  for (let waited = 0; waited < 30_000 && journal.length === 0; waited += 20) await sleep(20);
  await app.close();
  await kinesis.stop();
  return journal;
}
