import 'reflect-metadata';
import { EventEmitter, once } from 'node:events';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  JsonAggregator,
  JsonSerializer,
  KinesisConsumer,
  type KinesisConsumerHandlerOptions,
  KinesisModule,
  type KinesisModuleOptions,
  KplAggregator,
  MemoryCheckpointer,
  type ReceivedRecord,
} from 'nestjs-kinesis';
import type { Endpoints } from '../../contest/processes.js';
import { CONFIG } from '../../producer/variants/sdk.js';
import type { Workload } from '../pages.js';
import type { Round } from '../round.js';
import { Tap } from '../tap.js';
import type { Variant, VariantDescription } from '../variant.js';

/** User records between looks at the clock, which is a system call. */
const CHECK_EVERY = 2_500;

/** What the app's handlers have, and what ends a round. */
class Desk extends EventEmitter<{ handled: [] }> {
  round: Round | undefined;
  /** User records since the app began. */
  handled = 0;
  private checkAt = CHECK_EVERY;

  handle(payload: unknown): void {
    this.handled++;
    this.round?.handle(payload);
    if (this.handled >= this.checkAt) this.look();
  }

  /** Resolves once `condition` holds, of which it is looked now and then. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await once(this, 'handled');
  }

  /** Looks after each record from now on: not many are to come. */
  lookClosely(): void {
    this.checkAt = 0;
  }

  private look(): void {
    if (this.checkAt > 0) this.checkAt = this.handled + CHECK_EVERY;
    this.emit('handled');
  }

  begin(round: Round): void {
    this.round = round;
    this.checkAt = this.handled + CHECK_EVERY;
  }
}

/** Decorates a method of the class, as `@KinesisConsumer(...)` in front of it does. */
function decorated(target: Type, options: KinesisConsumerHandlerOptions): Type {
  const descriptor = Object.getOwnPropertyDescriptor(target.prototype, 'onRecords');
  if (descriptor) KinesisConsumer('bench', options)(target.prototype as object, 'onRecords', descriptor);
  return target;
}

const HANDLERS = {
  record: {
    title: 'a record at a time, `async` handler',
    create: (desk: Desk) =>
      decorated(
        class {
          async onRecords(payload: unknown): Promise<void> {
            desk.handle(payload);
          }
        },
        {},
      ),
  },
  sync: {
    title: 'a record at a time, handler without a promise',
    create: (desk: Desk) =>
      decorated(
        class {
          onRecords(payload: unknown): void {
            desk.handle(payload);
          }
        },
        {},
      ),
  },
  batch: {
    title: 'batches of 500',
    create: (desk: Desk) =>
      decorated(
        class {
          async onRecords(records: readonly ReceivedRecord[]): Promise<void> {
            for (const { payload } of records) desk.handle(payload);
          }
        },
        { batch: { maxRecords: 500 } },
      ),
  },
} as const;

/** The whole path: leases, readers, delivery, a handler of a Nest app, watermark and checkpoints. */
async function startApp(
  { http1 }: Endpoints,
  streamName: string,
  workload: Workload,
  handlers: Type,
): Promise<void> {
  const options: KinesisModuleOptions = {
    application: 'bench',
    streams: { bench: { streamName } },
    client: { ...CONFIG, endpoint: http1 },
    checkpointer: new MemoryCheckpointer(),
    aggregator: workload.startsWith('kpl') ? new KplAggregator(new JsonSerializer()) : new JsonAggregator(),
    consumer: { shardFetchRate: 5 },
  };
  class BenchModule {}
  Module({ imports: [KinesisModule.forRoot(options)], providers: [handlers] })(BenchModule);
  await NestFactory.createApplicationContext(BenchModule, { logger: ['error'] });
}

async function consume(desk: Desk, tap: Tap, round: Round): Promise<void> {
  desk.begin(round);
  await tap.open();
  await desk.until(() => round.isOver);
  const served = await tap.close();
  desk.lookClosely();
  await desk.until(() => desk.handled === served);
}

function ours(kind: keyof typeof HANDLERS): VariantDescription {
  const name = `ours-${kind}`;
  return {
    name,
    title: `nestjs-kinesis, ${HANDLERS[kind].title}`,
    workloads: ['json-200', 'json-1000', 'kpl-200'],
    create: async (endpoints, workload): Promise<Variant> => {
      const stream = `${workload}.${name}`;
      const tap = new Tap(endpoints.http1, stream);
      await tap.close();
      const desk = new Desk();
      await startApp(endpoints, stream, workload, HANDLERS[kind].create(desk));
      return { consume: (round) => consume(desk, tap, round) };
    },
  };
}

export const OUR_VARIANTS: readonly VariantDescription[] = [ours('record'), ours('sync'), ours('batch')];
