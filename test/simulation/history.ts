import { KplAggregator } from '../../src/aggregators/kpl/kpl-aggregator.js';
import { JsonSerializer } from '../../src/aggregators/serializers/json-serializer.js';
import { SeededRandom } from '../../src/testing/seeded-random.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';
import { Calm } from './calm.js';
import { type Violation, Violations } from './checks.js';
import { Coverage } from './coverage.js';
import { Crew } from './crew.js';
import { Dice } from './dice.js';
import { LeaseLedger } from './ledger/lease-ledger.js';
import { RecordLedger } from './ledger/record-ledger.js';
import { chooseProfile, type Profile } from './profile.js';
import { RecoveryWatch } from './recovery-watch.js';
import { SimulatedStore } from './store/simulated-store.js';
import { Storm } from './storm.js';
import { ServiceClock } from './stream/service-clock.js';
import { REF, SimulatedStream } from './stream/simulated-stream.js';
import { Trace } from './trace.js';
import { DeadLetterBox } from './workers/dead-letter-box.js';

const APPLICATION = 'simulation';

/** Milliseconds between two steps at most. */
const MOST_PAUSE = 1_400;

/** Steps of a history, unless the caller wants others. */
export const OPERATIONS = 60;

export interface HistoryResult {
  readonly records: number;
  readonly happenings: ReturnType<Coverage['entries']>;
  readonly violations: readonly Violation[];
}

/** One seeded run of workers on a stream: a storm of faults, then calm. */
export class History {
  readonly trace: Trace | undefined;
  private readonly clock = new VirtualClock();
  private readonly dice: Dice;
  private readonly profile: Profile;
  private readonly coverage = new Coverage();
  private readonly violations: Violations;
  private readonly records: RecordLedger;
  private readonly leases: LeaseLedger;
  private readonly stream: SimulatedStream;
  private readonly crew: Crew;
  private readonly storm: Storm;
  private readonly calm: Calm;

  constructor(
    seed: number,
    private readonly operations: number,
    traced = false,
  ) {
    const { clock, coverage } = this;
    this.trace = traced ? new Trace(clock) : undefined;
    const dice = new Dice(new SeededRandom(seed));
    const profile = chooseProfile(dice, new Dice(new SeededRandom(~seed)));
    const { trace } = this;
    const serviceClock = new ServiceClock(clock);
    const violations = new Violations(clock, trace);
    const records = new RecordLedger(
      violations,
      () => serviceClock.wallTime(),
      profile.handling.lanes.orderBy !== 'none',
    );
    const leases = new LeaseLedger(violations, records, clock, profile.handling.lanes.orderBy === 'shard');
    const aggregator = new KplAggregator(new JsonSerializer());
    const stream = new SimulatedStream({
      clock,
      serviceClock,
      dice,
      keys: profile.keys,
      records,
      aggregator,
      trace,
    });
    const scope = { application: APPLICATION, streamName: REF.streamName };
    const store = new SimulatedStore({
      kind: profile.store,
      scope,
      clock,
      dice,
      violations,
      leases,
      records,
      trace,
    });
    const deadLetters = new DeadLetterBox(records, coverage);
    const recovery = new RecoveryWatch(clock, profile, leases, violations, store);
    this.crew = new Crew({
      application: APPLICATION,
      profile,
      clock,
      dice,
      stream,
      store,
      aggregator,
      records,
      leases,
      deadLetters,
      violations,
      coverage,
      stormy: true,
      trace,
      onRead: (worker, iterator) => recovery.onRead(worker, iterator),
    });
    const { crew } = this;
    this.storm = new Storm({ clock, dice, profile, crew, stream, store, coverage });
    this.calm = new Calm({
      clock,
      dice,
      profile,
      crew,
      stream,
      store,
      records,
      leases,
      violations,
      coverage,
      recovery,
    });
    this.dice = dice;
    this.profile = profile;
    this.violations = violations;
    this.records = records;
    this.leases = leases;
    this.stream = stream;
    trace?.line('', describe(profile));
  }

  async run(): Promise<HistoryResult> {
    const { dice, profile, crew, stream, storm, calm, coverage, clock } = this;
    await stream.create(profile.shards);
    if (dice.chance(0.5)) await stream.put(10);
    for (let i = 0; i < profile.workers; i++) crew.start();
    for (let i = 0; i < this.operations; i++) {
      await storm.step();
      await clock.advance(dice.between(0, MOST_PAUSE));
    }
    this.trace?.line('', 'the storm is over');
    storm.end();
    await calm.run();
    await calm.stopAll();
    this.records.settle();
    this.stream.close();
    if (profile.trouble > 0) coverage.add('troubled calls');
    coverage.add('split', stream.reshards.split);
    coverage.add('merge', stream.reshards.merge);
    coverage.add('hand-off', this.leases.handOffs);
    return {
      records: this.records.count,
      happenings: coverage.entries(),
      violations: this.violations.all,
    };
  }
}

function describe({
  store,
  settings,
  workers,
  shards,
  handling,
  handlerTime,
  failing,
  trouble,
  trims,
  deletesRows,
}: Profile): string {
  const { sessionTimeout, checkpointInterval, recordLimit, startingPosition } = settings;
  return (
    `${store.name} store, ${workers} workers, ${shards} shards, sessionTimeout ${sessionTimeout}, ` +
    `checkpointInterval ${checkpointInterval}, recordLimit ${recordLimit}, from ${JSON.stringify(startingPosition)}, ` +
    `handler by ${handling.shape.type} in ${handling.lanes.concurrency} lanes by ${handling.lanes.orderBy}, ` +
    `handlerTime ${handlerTime}, failing ${JSON.stringify(failing)}, trouble ${trouble}, trims ${trims}, deletesRows ${deletesRows}`
  );
}
