import type { Aggregator } from '../../../src/aggregators/aggregator.js';
import type { Lease } from '../../../src/checkpointers/checkpointer.js';
import type { KinesisEvent } from '../../../src/observability/kinesis-event.js';
import { ReadBudget } from '../../../src/scheduler/read-budget.js';
import { ShardScheduler } from '../../../src/scheduler/shard-scheduler.js';
import { policyWith } from '../../support/scripted-handlers.js';
import type { VirtualClock } from '../../../src/testing/virtual-clock.js';
import type { Violations } from '../checks.js';
import type { Dice } from '../dice.js';
import type { Coverage } from '../coverage.js';
import type { LeaseLedger } from '../ledger/lease-ledger.js';
import type { RecordLedger } from '../ledger/record-ledger.js';
import type { Delivery, HandlerCall, Witness } from '../ledger/tenure.js';
import type { Profile } from '../profile.js';
import type { SimulatedStore, StoreClient } from '../store/simulated-store.js';
import { REF, type SimulatedStream } from '../stream/simulated-stream.js';
import { short, type Trace } from '../trace.js';
import { callOf } from './handler-call.js';
import { Connection } from './connection.js';
import type { DeadLetterBox } from './dead-letter-box.js';
import { gatewayOver } from './kinesis-connection.js';
import { SimulatedProcess } from './simulated-process.js';
import { WorkerClock } from './worker-clock.js';

/** Milliseconds a call of Kinesis takes, from and to. */
const KINESIS_LATENCY = [2, 20] as const;

/** The wall clocks of workers are wrong by so much at most, in milliseconds. */
export const MOST_SKEW = 600_000;

/** A handler that is slow takes up to so long, in milliseconds. */
const SLOW = 20_000;

export interface World {
  readonly application: string;
  readonly profile: Profile;
  readonly clock: VirtualClock;
  readonly dice: Dice;
  readonly stream: SimulatedStream;
  readonly store: SimulatedStore;
  readonly aggregator: Aggregator;
  readonly records: RecordLedger;
  readonly leases: LeaseLedger;
  readonly deadLetters: DeadLetterBox;
  readonly violations: Violations;
  readonly coverage: Coverage;
  /** Whether calls meet faults. */
  stormy: boolean;
  readonly trace: Trace | undefined;
  /** Told of every read of a shard. */
  onRead(worker: Witness, iterator: string): void;
}

/** The counter of a lease as a worker last saw it, and since when, in virtual time. */
export interface Sighting {
  readonly counter: number;
  readonly at: number;
}

/** A process that runs the real scheduler, with clocks, connections and handlers that can go wrong. */
export class SimulatedWorker implements Witness, StoreClient {
  readonly process: SimulatedProcess;
  readonly clock: WorkerClock;
  readonly kinesis: Connection;
  readonly store: Connection;
  readonly sink: Connection;
  readonly scheduler: ShardScheduler;
  private readonly readBudget: ReadBudget;
  readonly sightings = new Map<string, Sighting>();
  leavingSince: number | undefined;
  /** Milliseconds that it then had to finish what it had begun. */
  private leavingTimeout = Infinity;
  wokeAt = -Infinity;
  /** Handlers take seconds. */
  slow = false;
  private lastDisturbed = -Infinity;
  private lasting = 0;

  constructor(
    readonly name: string,
    private readonly world: World,
  ) {
    const { clock, dice, stream, store, aggregator, profile, trace } = world;
    this.process = new SimulatedProcess(clock);
    const skew = dice.between(-MOST_SKEW, MOST_SKEW);
    this.clock = new WorkerClock(clock, this.process, dice.between(0, 1e6), skew);
    const common = {
      worker: name,
      clock,
      process: this.process,
      dice,
      trace,
      onHotLoop: () => this.onHotLoop(),
    };
    this.kinesis = new Connection({
      ...common,
      to: 'kinesis',
      latency: KINESIS_LATENCY,
      onFault: () => () => undefined,
    });
    this.store = new Connection({
      ...common,
      to: 'store',
      latency: profile.store.latency,
      onFault: () => this.disturbance(),
    });
    // A handler that waits for the sink is slow, which excuses what a slow one does.
    this.sink = new Connection({
      ...common,
      to: 'sink',
      latency: KINESIS_LATENCY,
      onFault: () => this.disturbance(),
    });
    this.readBudget = new ReadBudget(profile.readBudget);
    this.scheduler = new ShardScheduler({
      gateway: gatewayOver(stream.gateway, this.kinesis, (iterator) => this.onRead(iterator)),
      checkpointer: store.connect(this),
      aggregator,
      clock: this.clock,
      random: dice.random,
      report: (event) => this.onEvent(event),
      stream: REF,
      application: world.application,
      settings: { ...profile.settings, sessionTimeout: dice.pick(profile.sessionTimeouts) },
      readBudget: this.readBudget,
      deadLetterSink: world.deadLetters.connect(this.sink),
      handlers: [
        {
          name: 'simulation',
          ...profile.handling,
          policy: policyWith({
            retry: { attempts: profile.failing.attempts, backoff: { initial: 50, max: 1_000 } },
            bisectOnError: profile.failing.bisectOnError,
            onExhausted: profile.failing.onExhausted,
          }),
          handle: (input, context) => this.handle(callOf(input, context), context.attempt),
        },
      ],
    });
    trace?.name(this.scheduler.workerId, name);
    for (const connection of [this.kinesis, this.store, this.sink]) {
      connection.trouble = world.stormy ? profile.trouble : 0;
    }
  }

  get id(): string {
    return this.scheduler.workerId;
  }

  get disturbedAt(): number {
    return this.lasting > 0 || this.process.stopped ? Infinity : this.lastDisturbed;
  }

  /** Everything works from now on. */
  calmDown(): void {
    this.kinesis.calmDown();
    this.store.calmDown();
    this.sink.calmDown();
    this.slow = false;
  }

  /** Something goes wrong for this worker that excuses what it must do otherwise; returns what ends it. */
  disturbance(): () => void {
    this.lasting++;
    return () => {
      this.lasting--;
      this.lastDisturbed = this.world.clock.now();
    };
  }

  /** Set back, it hides a sleep that begins before anybody looks: the worker is asked how it is, and so looks at its clocks. */
  setClock(by: number): void {
    this.clock.jump(by);
    this.process.run(() => this.scheduler.status());
  }

  wakeUp(): void {
    this.wokeAt = this.world.clock.now();
    this.clock.wakeUp();
  }

  start(): void {
    this.note('starts');
    this.scheduler.start();
  }

  /** Resolves when the worker has stopped of its own accord. */
  async leave(timeout: number): Promise<void> {
    this.note('is told to stop');
    this.leavingSince = this.world.clock.now();
    this.leavingTimeout = timeout;
    await new Promise<void>((resolve, reject) => {
      this.process.run(() => void this.scheduler.stop(timeout).then(resolve, reject));
    });
    this.note('has stopped');
    this.checkLeftOver();
    this.process.crash();
  }

  pause(): void {
    this.process.run(() => this.scheduler.pause());
  }

  resume(): void {
    this.process.run(() => this.scheduler.resume());
  }

  crash(): void {
    this.note('crashes');
    this.process.crash();
  }

  onListed(leases: readonly Lease[]): void {
    this.note('lists the leases');
    const at = this.world.clock.now();
    for (const { shardId, counter } of leases) {
      if (this.sightings.get(shardId)?.counter !== counter) this.sightings.set(shardId, { counter, at });
    }
  }

  note(what: string): void {
    this.world.trace?.line(this.name, what);
  }

  /** Check 9. */
  checkBudget(): void {
    const { used } = this.readBudget;
    const { maxRecords, maxBytes } = this.world.profile.readBudget;
    if (used.records > maxRecords || used.bytes > maxBytes) {
      const held = `${used.records} records, ${used.bytes} bytes`;
      this.world.violations.add(9, `${this.name} holds ${held}, which is more than it may`);
    }
  }

  /** The other end of check 9: what was reserved is given back. */
  private checkLeftOver(): void {
    const { used } = this.readBudget;
    if (used.records + used.bytes === 0) return;
    this.world.violations.add(9, `${this.name} has stopped and still holds ${used.records} records`);
  }

  private onRead(iterator: string): void {
    this.checkBudget();
    this.world.onRead(this, iterator);
  }

  private async handle(call: HandlerCall, attempt: number): Promise<unknown> {
    const { leases, store, dice, profile, trace } = this.world;
    const { shardId, signal } = call;
    const deliveries = leases.onStart(this, store.rows.get(shardId), call);
    if (trace) {
      const records = deliveries.map(({ record: { key, n, index } }) => `${index}: ${key}/${n}`).join(', ');
      this.note(`handles ${short(shardId)} ${records}, attempt ${attempt}`);
    }
    let failed = new Set(deliveries);
    try {
      await this.work(signal);
      if (!dice.chance(profile.handlerFailures)) failed = new Set();
      else if (profile.failing.inPart) failed = this.aPartOf(deliveries);
    } finally {
      for (const delivery of deliveries) leases.onEnd(shardId, delivery, !failed.has(delivery));
    }
    if (failed.size === 0) return undefined;
    if (failed.size === deliveries.length) throw new Error('handlers fail at random');
    this.world.coverage.add('partial failure');
    return { failed: call.records.filter((_, i) => failed.has(deliveries[i] as Delivery)) };
  }

  private aPartOf(deliveries: readonly Delivery[]): Set<Delivery> {
    return new Set(deliveries.filter(() => this.world.dice.chance(0.5)));
  }

  /** Some handlers stop when they are told to, others do not look. */
  private async work(signal: AbortSignal): Promise<void> {
    const { dice, profile } = this.world;
    if (this.slow && dice.chance(0.3)) {
      const passed = this.disturbance();
      const obeys = dice.chance(0.5);
      await this.clock.sleep(dice.between(0, SLOW), obeys ? signal : undefined).finally(passed);
    } else if (profile.handlerTime > 0 && dice.chance(0.7)) {
      await this.clock.sleep(dice.between(0, profile.handlerTime));
    }
  }

  private onGivenUp(event: Extract<KinesisEvent, { type: 'record-skipped' | 'record-dead-lettered' }>): void {
    const { records, leases, deadLetters, violations, coverage } = this.world;
    if (event.type === 'record-skipped') {
      records.settleAt(event);
      coverage.add('record skipped');
    } else if (!deadLetters.has(event)) {
      violations.add(1, `${this.name} says of a record that it is a dead letter, and it is not stored`);
    }
    leases.onGivenUp(this, event);
  }

  private onHotLoop(): void {
    this.world.violations.add(10, `${this.name} calls again and again`);
    // It would slow down the history, and there is nothing more to be learned from it.
    this.process.crash();
  }

  private onEvent(event: KinesisEvent): void {
    if (event.type === 'shard-lost') {
      this.world.leases.onReportedLoss(this, this.world.store.rows.get(event.shardId), event.reason);
    }
    if (event.type === 'record-skipped' || event.type === 'record-dead-lettered') this.onGivenUp(event);
    if (event.type === 'drain-timeout') {
      const { handOffTimeout } = this.world.profile.settings;
      const timeouts = { stop: this.leavingTimeout, handOff: handOffTimeout };
      this.world.leases.onDrainTimeout(this, event.shardId, timeouts);
    }
    if (!this.world.trace || event.type === 'record-failed') return;
    const shard = 'shardId' in event ? ` ${short(event.shardId)}` : '';
    const error = 'error' in event && event.error instanceof Error ? `: ${event.error.message}` : '';
    const reason = 'reason' in event ? `: ${event.reason}` : '';
    const loop = 'loop' in event ? ` ${event.loop}` : '';
    this.note(`reports ${event.type}${shard}${loop}${reason}${error}`);
  }
}
