import { ArrayAggregator } from '../../delivery/support/delivery-fixture.js';
import type { Checkpoint } from '../../../src/checkpointers/checkpoint.js';
import { MemoryCheckpointer } from '../../../src/checkpointers/memory-checkpointer.js';
import { ShardDelivery } from '../../../src/delivery/shard-delivery.js';
import type { KinesisEvent } from '../../../src/observability/kinesis-event.js';
import { BootTime } from '../../../src/runtime/boot-time.js';
import { Gate } from '../../../src/runtime/gate.js';
import { HeldLease } from '../../../src/scheduler/held-lease.js';
import { PrefetchingReader } from '../../../src/scheduler/prefetching-reader.js';
import { ReadBudget } from '../../../src/scheduler/read-budget.js';
import { ShardWorker } from '../../../src/scheduler/shard-worker.js';
import { SeededRandom } from '../../../src/testing/seeded-random.js';
import { VirtualClock } from '../../../src/testing/virtual-clock.js';
import { Dice } from '../../simulation/dice.js';
import { JudgedHandler } from './judged-handler.js';
import { PagedShard, type Payload } from './paged-shard.js';

/** Milliseconds in which things are done to the workers; records arrive within them. */
const STORM = 30_000;

/** Milliseconds that everything may take when nothing goes wrong any more. */
const CALM = 600_000;

/** Milliseconds between tries again of what stands still. */
const RESUME_INTERVAL = 5_000;

/** Longer than a history: leases are not what this is about. */
const SESSION = 1e9;

const SCOPE = { application: 'app', streamName: 'orders' };

interface Held {
  readonly shard: PagedShard;
  worker: ShardWorker;
  running: Promise<void>;
  isChanging: boolean;
  isOver: boolean;
}

/** Shards read by real shard workers out of one small read budget, for handlers of random shapes. */
export class Consumption {
  readonly problems: string[] = [];
  private readonly clock = new VirtualClock();
  private readonly dice: Dice;
  private readonly gate = new Gate();
  private readonly store = new MemoryCheckpointer();
  private readonly bootTime = new BootTime(this.clock);
  private readonly budget: ReadBudget;
  private readonly handlers: readonly JudgedHandler[];
  private readonly shards: readonly PagedShard[];
  private held: Held[] = [];
  private owners = 0;

  constructor(seed: number) {
    this.dice = new Dice(new SeededRandom(seed));
    const { clock, dice } = this;
    this.budget = new ReadBudget({
      maxBytes: dice.pick([200, 1_000, 100_000]),
      maxRecords: dice.pick([8, 30]),
      maxFetches: dice.pick([1, 4]),
    });
    const handlers = 1 + dice.below(3);
    this.handlers = Array.from(
      { length: handlers },
      (_, i) => new JudgedHandler(`handler-${i}`, clock, dice),
    );
    const isOnce = !this.handlers.some((handler) => handler.mayHoldBack);
    for (const handler of this.handlers) handler.isOnce = isOnce;
    const shards = 1 + dice.below(3);
    this.shards = Array.from(
      { length: shards },
      (_, i) => new PagedShard(`shard-${i}`, clock, dice, dice.between(1_000, STORM)),
    );
  }

  async run(): Promise<readonly string[]> {
    for (const shard of this.shards) {
      const checkpoint: Checkpoint = { type: 'TRIM_HORIZON' };
      await this.store.create(SCOPE, { shardId: shard.shardId, parentShardIds: [], checkpoint });
      this.held.push({ shard, isChanging: false, isOver: false, ...(await this.start(shard)) });
    }
    const { clock, dice } = this;
    while (clock.now() < STORM) {
      this.disturb();
      await clock.advance(dice.between(10, 1_500));
    }
    for (const handler of this.handlers) handler.failures = 0;
    await this.calm();
    this.checkFinished();
    await this.end();
    return [...this.problems, ...this.handlers.flatMap(({ problems }) => problems)];
  }

  private disturb(): void {
    const { dice, gate } = this;
    const one = dice.pick(this.held);
    switch (dice.below(6)) {
      case 0:
        gate.close();
        for (const { worker } of this.held) worker.dropReadAhead();
        break;
      case 1:
      case 2:
        this.resume();
        break;
      case 3:
        one.worker.dropReadAhead();
        break;
      case 4:
        void this.changeOwner(one);
        break;
    }
  }

  private resume(): void {
    this.gate.open();
    for (const { worker } of this.held) worker.resume();
  }

  private async calm(): Promise<void> {
    const { clock } = this;
    const until = clock.now() + CALM;
    while (clock.now() < until && !this.isDone) {
      this.resume();
      await clock.advance(RESUME_INTERVAL);
    }
  }

  private get isDone(): boolean {
    return this.held.every(({ shard, worker, isChanging, isOver }) => {
      const { position } = worker;
      if (isChanging || this.handlers.some((handler) => handler.missing(shard.payloads).length > 0))
        return false;
      if (shard.ends) return isOver;
      return shard.payloads.length === 0 || this.behind(shard, position).length === shard.payloads.length;
    });
  }

  private checkFinished(): void {
    if (this.isDone) return;
    for (const { shard, worker } of this.held) {
      const missing = this.handlers.map((handler) => handler.missing(shard.payloads).length);
      const place = JSON.stringify({ ...worker.position, state: worker.state, reader: worker.readerStatus });
      const used = JSON.stringify(this.budget.used);
      const shapes = this.handlers.map(({ handler }) => handler.shape.type).join();
      this.problems.push(
        `${shard.shardId} (${shard.ends ? 'ends' : 'open'}, ${shard.payloads.length}): ${missing.join()} of ${shapes} missing, ${place}, room ${used}`,
      );
    }
  }

  /** Everybody stops: all room is given back, and all that is done is stored. */
  private async end(): Promise<void> {
    const stopped = Promise.all(this.held.map((held) => this.stop(held)));
    let isOver = false;
    void stopped.then(() => (isOver = true));
    await this.clock.advance(60_000);
    if (!isOver) this.problems.push('a worker does not stop');
    const { bytes, records } = this.budget.used;
    if (bytes + records > 0)
      this.problems.push(`${records} records, ${bytes} bytes of room are not given back`);
  }

  private async stop({ worker, running }: Held): Promise<void> {
    await worker.drain(30_000, running);
    await running;
  }

  private async changeOwner(held: Held): Promise<void> {
    if (held.isChanging) return;
    held.isChanging = true;
    await this.stop(held);
    if (!held.isOver) Object.assign(held, await this.start(held.shard));
    held.isChanging = false;
  }

  private async start(shard: PagedShard): Promise<Pick<Held, 'worker' | 'running'>> {
    const { shardId } = shard;
    const seen = await this.store.get(SCOPE, shardId);
    const lease = seen && (await this.store.acquire(SCOPE, seen, `owner-${++this.owners}`, SESSION));
    if (!lease) throw new Error(`${shardId} has another owner`);
    const held = new HeldLease({
      checkpointer: this.store,
      scope: SCOPE,
      clock: this.clock,
      bootTime: this.bootTime,
      random: this.dice.random,
      sessionTimeout: SESSION,
      lease,
      acquiredAt: this.bootTime.now(),
    });
    for (const handler of this.handlers) {
      handler.onOwner(shardId, held.fencingToken, this.behind(shard, held.checkpointed));
    }
    const worker = this.createWorker(shard, held);
    const running = worker.run().catch((error: unknown) => {
      this.problems.push(`${shardId}: ${String(error)}`);
    });
    return { worker, running };
  }

  private createWorker(shard: PagedShard, lease: HeldLease): ShardWorker {
    const { clock, gate, budget } = this;
    const { random } = this.dice;
    const place = { stream: 'orders', application: 'app', shardId: shard.shardId };
    const report = (event: KinesisEvent): void => this.onEvent(shard, event);
    return new ShardWorker({
      place,
      lease,
      clock,
      random,
      report,
      gate,
      checkpointInterval: 1_000,
      onDataLoss: 'oldest',
      budget,
      openReader: (from) => new PrefetchingReader(shard.source(from, budget)),
      createDelivery: (ties) =>
        new ShardDelivery({
          place,
          clock,
          random,
          report,
          gate,
          handlers: this.handlers.map(({ handler }) => handler),
          aggregator: new ArrayAggregator(),
          checkpointMode: 'auto',
          fencingToken: lease.fencingToken,
          resumeFrom: lease.checkpointed,
          mayStart: () => lease.isHeld(),
          trimHorizon: () => -Infinity,
          ...ties,
        }),
      prepareChildren: () => Promise.resolve(),
      isExpired: () => Promise.resolve(false),
    });
  }

  private onEvent(shard: PagedShard, event: KinesisEvent): void {
    if (event.type === 'loop-failed') this.problems.push(`${event.loop}: ${String(event.error)}`);
    if (event.type === 'drain-timeout') this.problems.push(`${shard.shardId} is not drained in time`);
    const held = this.held.find((one) => one.shard === shard);
    if (event.type === 'shard-ended' && held) held.isOver = true;
    if (event.type !== 'record-skipped') return;
    const payload = itemsOf(shard, event.sequenceNumber)[event.subSequenceNumber];
    const handler = this.handlers.find(({ name }) => name === event.handler);
    if (payload) handler?.onSkipped(shard.shardId, payload);
  }

  /** What a checkpoint covers. */
  private behind(shard: PagedShard, checkpoint: Checkpoint): Payload[] {
    if (checkpoint.type === 'SHARD_END') return [...shard.payloads];
    if (checkpoint.type !== 'SEQUENCE') return [];
    const { sequenceNumber, subSequenceNumber } = checkpoint;
    return shard.log.flatMap((record) => {
      if (BigInt(record.sequenceNumber) > BigInt(sequenceNumber)) return [];
      const items = itemsOf(shard, record.sequenceNumber);
      return record.sequenceNumber === sequenceNumber ? items.slice(0, subSequenceNumber + 1) : items;
    });
  }
}

function itemsOf({ log }: PagedShard, sequenceNumber: string): Payload[] {
  const record = log.find((one) => one.sequenceNumber === sequenceNumber);
  return record ? (JSON.parse(record.data.toString()) as Payload[]) : [];
}
