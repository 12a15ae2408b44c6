import { ShardDelivery } from '../delivery/shard-delivery.js';
import type { ShardPlace } from '../observability/kinesis-event.js';
import type { Gate } from '../runtime/gate.js';
import type { HeldLease } from './held-lease.js';
import { PollingReader } from './polling-reader.js';
import { PrefetchingReader } from './prefetching-reader.js';
import type { ShardSchedulerOptions } from './shard-scheduler.js';
import type { ShardSync } from './shard-sync.js';
import { ShardWorker } from './shard-worker.js';

export interface ShardAssemblyOptions extends ShardSchedulerOptions {
  place: ShardPlace;
  lease: HeldLease;
  sync: ShardSync;
  gate: Gate;
}

/** Puts together what reads and handles one shard. */
export function createShardWorker(options: ShardAssemblyOptions): ShardWorker {
  const { place, lease, sync, gate, clock, random, report, settings } = options;
  const { shardId } = place;
  return new ShardWorker({
    place,
    lease,
    clock,
    random,
    report,
    gate,
    budget: options.readBudget,
    checkpointInterval: settings.checkpointInterval,
    onDataLoss: settings.onDataLoss,
    openReader: (checkpoint) =>
      new PrefetchingReader(
        new PollingReader({
          gateway: options.gateway,
          stream: options.stream,
          place,
          clock,
          random,
          report,
          budget: options.readBudget,
          checkpoint,
          recordLimit: settings.recordLimit,
          shardFetchRate: settings.shardFetchRate,
          sleepTimeNoRecords: settings.sleepTimeNoRecords,
          onDataLoss: settings.onDataLoss,
          listChildren: (signal) => sync.listChildren(shardId, signal),
        }),
      ),
    createDelivery: (ties) =>
      new ShardDelivery({
        place,
        clock,
        random,
        report,
        gate,
        handlers: options.handlers,
        aggregator: options.aggregator,
        deadLetterSink: options.deadLetterSink,
        deduplicator: options.deduplicator,
        checkpointMode: settings.checkpointMode,
        fencingToken: lease.fencingToken,
        resumeFrom: lease.checkpointed,
        mayStart: () => lease.isHeld(),
        trimHorizon: () => sync.trimHorizon,
        ...ties,
      }),
    prepareChildren: (children, checkpoint, signal) =>
      sync.prepareChildren(children, { shardId, checkpoint }, signal),
    isExpired: (signal) => sync.isExpired(lease.current, signal),
  });
}
