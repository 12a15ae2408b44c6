import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { KinesisConsumer, KinesisConsumerRegistry, KinesisModule, MemoryCheckpointer } from 'nestjs-kinesis';
import { CONFIG } from '../producer/variants/sdk.js';

/** A worker process with as many shards as it is told, which says what they cost it. */

/** What the benchmark hands over. */
export interface WorkerSettings {
  readonly endpoint: string;
  /** Shards this worker is to read; the stream may have more. */
  readonly shards: number;
  /** Milliseconds for which it is watched once it reads them all. */
  readonly watch: number;
}

/** What the worker has found. */
export interface WorkerFigures {
  readonly shards: number;
  /** Leases of the application, whoever has them. */
  readonly leases: number;
  /** Milliseconds from before the app is made until every shard has its starting position and has been read. */
  readonly startUp: number;
  /** Share of one processor while nothing is put. */
  readonly processor: number;
  /** Bytes in use after a collection. */
  readonly heap: number;
  /** Bytes resident. */
  readonly resident: number;
}

const LOOK_INTERVAL = 100;

@Injectable()
class Handlers {
  @KinesisConsumer('scale')
  onRecord(): void {
    // Nothing is put.
  }
}

const { endpoint, shards, watch } = JSON.parse(process.argv[2] ?? '{}') as WorkerSettings;

class ScaleModule {}
Module({
  imports: [
    KinesisModule.forRoot({
      application: 'bench',
      streams: { scale: {} },
      client: { ...CONFIG, endpoint },
      checkpointer: new MemoryCheckpointer(),
      consumer: { maxShardConsumers: shards },
    }),
  ],
  providers: [Handlers],
})(ScaleModule);

const begin = performance.now();
const app = await NestFactory.createApplicationContext(ScaleModule, { logger: ['error', 'warn'] });
const registry = app.get(KinesisConsumerRegistry);
while (readShards() < shards) await delay(LOOK_INTERVAL);
const startUp = performance.now() - begin;

// The first reads ask for much, and what was made for them is garbage.
await delay(watch / 2);
const [cpu, since] = [process.cpuUsage(), performance.now()];
await delay(watch);
const { user, system } = process.cpuUsage(cpu);
const processor = (user + system) / 1000 / (performance.now() - since);
const leases = registry.status('scale')[0]?.shards.length ?? 0;
globalThis.gc?.();
const { heapUsed: heap, rss: resident } = process.memoryUsage();
const figures: WorkerFigures = { shards, leases, startUp, processor, heap, resident };
process.send?.(figures);
process.disconnect();
process.exit();

/** Shards of which this worker knows how far behind they are: they have been read. */
function readShards(): number {
  const [status] = registry.status('scale');
  return status?.shards.filter(({ reading }) => reading?.millisBehindLatest !== undefined).length ?? 0;
}
