import 'reflect-metadata';
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Module, type OnModuleDestroy } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { KinesisConsumer, KinesisConsumerRegistry, KinesisModule, KinesisProducer } from 'nestjs-kinesis';
import { connectToParentStore } from './parent-store.js';
import {
  APPLICATION,
  type AppSettings,
  LISTENING,
  type Order,
  ORDERS,
  RECEIPTS,
  STATUS,
} from './settings.js';

/** An application that consumes, puts, and has a database that must not be used once it is closed. */

const settings = JSON.parse(process.argv[2] ?? '') as AppSettings;

/** A line is there when the call returns, whatever becomes of the process. */
function write(what: string, { key, n }: Order): void {
  appendFileSync(settings.journal, `${JSON.stringify({ what, key, n })}\n`);
}

@Injectable()
class Database implements OnModuleDestroy {
  private isOpen = true;

  async insert(order: Order): Promise<void> {
    this.refuseWhenClosed();
    await sleep(1 + (order.n % 8));
    this.refuseWhenClosed();
    write('inserted', order);
  }

  onModuleDestroy(): void {
    this.isOpen = false;
  }

  private refuseWhenClosed(): void {
    if (!this.isOpen) throw new Error('the database was used after its onModuleDestroy');
  }
}

@Injectable()
class OrdersConsumer {
  constructor(
    private readonly database: Database,
    private readonly producer: KinesisProducer,
  ) {}

  @KinesisConsumer(ORDERS)
  async onOrder(order: Order): Promise<void> {
    write('started', order);
    await this.database.insert(order);
    await this.producer.put(RECEIPTS, order, { partitionKey: order.key });
  }
}

@Module({
  imports: [
    KinesisModule.forRoot({
      application: APPLICATION,
      client: settings.kinesis,
      checkpointer: connectToParentStore(),
      streams: {
        [ORDERS]: { streamName: settings.ordersStream },
        [RECEIPTS]: { streamName: settings.receiptsStream },
      },
      consumer: { shardFetchRate: 5, sleepTimeNoRecords: 50 },
    }),
  ],
  providers: [Database, OrdersConsumer],
})
class AppModule {}

process.on('disconnect', () => process.exit());

// What is logged is held against the run: a good shutdown needs no warnings.
const app = await NestFactory.create(AppModule, { logger: ['warn', 'error', 'fatal'] });
app.enableShutdownHooks();
process.on('message', (message) => {
  if (message === STATUS) process.send?.({ status: app.get(KinesisConsumerRegistry).status() });
});
process.send?.(LISTENING);
await app.listen(0, '127.0.0.1');
