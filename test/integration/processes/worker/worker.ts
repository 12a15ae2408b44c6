import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { KinesisConsumer, KinesisContext, KinesisModule } from 'nestjs-kinesis';
import { Journal } from './journal.js';
import { APPLICATION, type Order, STREAM, type WorkerSettings } from './settings.js';
import { openStore, type OpenStore } from './store.js';

/** A process of its own: a Nest application that consumes the stream and writes down every call of its handler. */

/** How long a handler takes, in milliseconds. */
const WORK = 3;
/** Now and then it takes longer, so that checkpoints and faults come while it runs. */
const LONG_WORK = 50;
const LONG_EVERY = 10;

const settings = JSON.parse(process.argv[2] ?? '') as WorkerSettings;
const { name: worker } = settings;
const journal = new Journal(settings.journal);
const store = await openStore(settings.store);
const STORE = Symbol('store');

@Injectable()
class OrdersConsumer implements OnApplicationShutdown {
  private readonly signals = new WeakSet<AbortSignal>();

  constructor(@Inject(STORE) private readonly store: OpenStore) {}

  @KinesisConsumer(STREAM)
  async onOrder({ key, n }: Order, context: KinesisContext): Promise<void> {
    const { shardId, fencingToken, sequenceNumber } = context;
    const call = { worker, shardId, fencingToken, sequenceNumber, key, n };
    this.noteLossOf(context);
    journal.append({ event: 'start', ...call });
    await sleep(n % LONG_EVERY === 0 ? LONG_WORK : WORK);
    journal.append({ event: 'finish', ...call });
  }

  onApplicationShutdown(): void {
    this.store.close();
    journal.append({ event: 'stopped', worker });
  }

  private noteLossOf({ signal, shardId, fencingToken }: KinesisContext): void {
    if (this.signals.has(signal)) return;
    this.signals.add(signal);
    signal.addEventListener('abort', () => journal.append({ event: 'lost', worker, shardId, fencingToken }));
  }
}

@Module({
  imports: [
    KinesisModule.forRoot({
      application: APPLICATION,
      client: settings.kinesis,
      checkpointer: store.checkpointer,
      streams: { [STREAM]: {} },
      consumer: settings.consumer,
    }),
  ],
  providers: [OrdersConsumer, { provide: STORE, useValue: store }],
})
class WorkerModule {}

// Between two callbacks of the event loop, so never between the library's look at its lease and the handler's first
// line, where nobody could help: that is what fencing tokens are for.
process.on('message', () => process.kill(process.pid, 'SIGSTOP'));
process.on('disconnect', () => process.exit());

const app = await NestFactory.createApplicationContext(WorkerModule, { logger: ['fatal'] });
app.enableShutdownHooks();
journal.append({ event: 'ready', worker });
