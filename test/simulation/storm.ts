import type { FaultRule } from '../../src/testing/local-kinesis/faults/fault-rule.js';
import type { VirtualClock } from '../../src/testing/virtual-clock.js';
import type { Coverage, Happening } from './coverage.js';
import type { Crew } from './crew.js';
import type { Dice } from './dice.js';
import type { Profile } from './profile.js';
import type { SimulatedStore } from './store/simulated-store.js';
import type { SimulatedStream } from './stream/simulated-stream.js';
import { MOST_SKEW, type SimulatedWorker } from './workers/simulated-worker.js';

/** Milliseconds a worker that stops gives its handlers. */
export const DRAIN_TIMEOUT = 3_000;

/** Milliseconds between two faults by which shards claim to have ended. */
const CLAIMS_APART = 5_000;

const MOST_WORKERS = 6;
const FEWEST_WORKERS = 2;

/** Faults of the service itself, for all workers. */
const SERVICE_FAULTS: readonly (readonly [Happening, FaultRule])[] = [
  ['throttling', { operation: 'GetRecords', error: 'ProvisionedThroughputExceededException' }],
  [
    'throttling',
    { operation: 'GetRecords', error: 'ProvisionedThroughputExceededException', probability: 1 },
  ],
  ['expired iterator', { operation: 'GetRecords', expiredIterator: true }],
  ['null iterator', { operation: 'GetRecords', nullIterator: true, until: 8_000 }],
  ['lost reply of kinesis', { operation: 'GetRecords', lostReply: true }],
  ['stale list of shards', { operation: 'ListShards', staleness: 10_000 }],
  [
    'failing kinesis',
    { operation: ['GetShardIterator', 'GetRecords', 'ListShards'], error: 'InternalFailure' },
  ],
  ['slow kinesis', { operation: 'GetRecords', delay: [10, 5_000] }],
];

export interface StormOptions {
  clock: VirtualClock;
  dice: Dice;
  profile: Profile;
  crew: Crew;
  stream: SimulatedStream;
  store: SimulatedStore;
  coverage: Coverage;
}

/** All that goes wrong, one step at a time, each at random. */
export class Storm {
  /** What ends faults that are still going on, by the worker they are about. */
  private readonly remedies = new Set<() => void>();
  private endsClaimedUntil = -Infinity;
  private readonly steps: readonly (readonly [weight: number, step: () => void | Promise<void>])[];

  constructor(private readonly options: StormOptions) {
    const { trims, deletesRows } = options.profile;
    this.steps = [
      [50, () => this.put()],
      [5, () => this.crash()],
      [5, () => this.cut()],
      [5, () => this.freeze()],
      [3, () => this.blockEventLoop()],
      [3, () => this.sleep()],
      [3, () => this.jumpWallClock()],
      [4, () => this.restart()],
      [2, () => this.join()],
      [2, () => this.leave()],
      [8, () => this.reshard()],
      [8, () => this.failService()],
      [2, () => this.slowHandlers()],
      [2, () => this.pause()],
      [trims ? 3 : 0, () => this.trim()],
      [deletesRows ? 3 : 0, () => this.deleteRow()],
    ];
  }

  async step(): Promise<void> {
    const total = this.steps.reduce((sum, [weight]) => sum + weight, 0);
    let left = this.options.dice.between(0, total);
    for (const [weight, step] of this.steps) {
      left -= weight;
      if (left < 0) return step();
    }
  }

  /** Every fault ends. */
  end(): void {
    const { crew, stream, store } = this.options;
    for (const remedy of [...this.remedies]) remedy();
    stream.heal();
    store.mayBeStale = false;
    crew.calmDown();
  }

  private put(): Promise<void> {
    return this.options.stream.put(1 + this.options.dice.below(8));
  }

  private crash(): void {
    const { crew, coverage } = this.options;
    crew.crash(crew.pick());
    crew.start();
    coverage.add('crash');
  }

  private cut(): void {
    const { crew, dice, coverage } = this.options;
    const worker = crew.pick();
    const from = dice.pick(['kinesis', 'the store', 'both'] as const);
    coverage.add(`cut from ${from}`);
    const cut = [worker.kinesis, worker.store].filter(
      (_, i) => from === 'both' || (from === 'kinesis') === (i === 0),
    );
    this.lasting(worker, `is cut from ${from}`, dice.between(0, 60_000), {
      begin: () => cut.forEach((connection) => connection.cut()),
      end: () => cut.forEach((connection) => connection.heal()),
    });
  }

  private freeze(): void {
    const { crew, dice, coverage } = this.options;
    const worker = crew.pick();
    coverage.add('freeze');
    this.lasting(worker, 'is frozen', dice.between(1_000, dice.chance(0.2) ? 180_000 : 40_000), {
      begin: () => worker.process.stop(),
      end: () => worker.process.continue(),
    });
  }

  private blockEventLoop(): void {
    const { crew, dice, coverage } = this.options;
    const worker = crew.pick();
    coverage.add('event loop block');
    this.lasting(worker, 'blocks its event loop', dice.between(100, 10_000), {
      begin: () => worker.process.stop(),
      end: () => worker.process.continue(),
    });
  }

  private sleep(): void {
    const { crew, dice, coverage } = this.options;
    const worker = crew.pick();
    coverage.add('machine sleep');
    this.lasting(worker, 'is on a machine that sleeps', dice.between(2_000, 120_000), {
      begin: () => worker.clock.fallAsleep(),
      end: () => worker.wakeUp(),
    });
  }

  private jumpWallClock(): void {
    const { crew, dice, coverage } = this.options;
    const worker = crew.pick();
    const by = dice.between(-MOST_SKEW, MOST_SKEW);
    coverage.add('wall clock jump');
    worker.note(`has its wall clock set by ${Math.round(by)} ms`);
    worker.disturbance()();
    worker.setClock(by);
  }

  private restart(): void {
    const { crew, coverage } = this.options;
    this.tellToStop(crew.pick());
    crew.start();
    coverage.add('graceful restart');
  }

  private join(): void {
    const { crew, coverage } = this.options;
    if (crew.workers.length >= MOST_WORKERS) return;
    crew.start();
    coverage.add('worker joins');
  }

  private leave(): void {
    const { crew, coverage } = this.options;
    if (crew.workers.length <= FEWEST_WORKERS) return;
    this.tellToStop(crew.pick());
    coverage.add('worker leaves');
  }

  private tellToStop(worker: SimulatedWorker): void {
    void this.options.crew.leave(worker, DRAIN_TIMEOUT);
  }

  private async reshard(): Promise<void> {
    await this.options.stream.reshard();
  }

  private failService(): void {
    const { stream, dice, coverage } = this.options;
    const [happening, rule] = dice.pick(SERVICE_FAULTS);
    const fault = { until: dice.between(500, 20_000), probability: 0.5, ...rule };
    if (rule.nullIterator && !this.mayClaimEnds(fault.until)) return;
    coverage.add(happening);
    stream.fail(happening, fault);
  }

  /** Several such faults in a row would be a long one, and an end that is claimed for so long is to be believed. */
  private mayClaimEnds(duration: number): boolean {
    const now = this.options.clock.now();
    if (now < this.endsClaimedUntil) return false;
    this.endsClaimedUntil = now + duration + CLAIMS_APART;
    return true;
  }

  private slowHandlers(): void {
    const { crew, dice, coverage } = this.options;
    const worker = crew.pick();
    coverage.add('slow handlers');
    worker.slow = true;
    this.after(dice.between(1_000, 30_000), () => {
      worker.slow = false;
    });
  }

  private pause(): void {
    const { crew, dice, coverage } = this.options;
    const worker = crew.pick();
    coverage.add('pause');
    worker.note('is paused');
    worker.pause();
    this.after(dice.between(1_000, 30_000), () => {
      worker.note('is no longer paused');
      worker.resume();
    });
  }

  private trim(): void {
    const { stream, dice, coverage } = this.options;
    coverage.add('records trimmed');
    stream.skipRetention(dice.between(0, 5_000));
  }

  private async deleteRow(): Promise<void> {
    const { store, dice, coverage } = this.options;
    if (store.rows.size === 0) return;
    coverage.add('lease row deleted');
    await store.deleteRow(dice.pick([...store.rows.keys()]));
  }

  private lasting(
    worker: SimulatedWorker,
    what: string,
    duration: number,
    { begin, end }: { begin: () => void; end: () => void },
  ): void {
    worker.note(`${what} for ${Math.round(duration)} ms`);
    const passed = worker.disturbance();
    begin();
    this.after(duration, () => {
      worker.note(`no longer ${what}`);
      end();
      passed();
    });
  }

  private after(duration: number, callback: () => void): void {
    const timer = this.options.clock.schedule(duration, () => remedy());
    const remedy = (): void => {
      if (!this.remedies.delete(remedy)) return;
      timer.cancel();
      callback();
    };
    this.remedies.add(remedy);
  }
}
