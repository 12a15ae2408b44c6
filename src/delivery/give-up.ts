import { KinesisConfigurationError } from '../errors.js';
import type { Clock } from '../runtime/clock.js';
import type { DeadLetterOutlet } from './dead-letter-outlet.js';
import type { DeadLetter } from './dead-letters/dead-letter.js';
import { toDeadLetterError } from './dead-letters/dead-letter-error.js';
import type { InFlightRecord } from './in-flight-record.js';
import type { LaneOptions } from './lane.js';
import type { Failure } from './recovery.js';
import type { OnExhausted } from './delivery-policy.js';
import type { Verdict } from './verdict.js';

/** How giving records up ended: they are done with; they are to be tried again; or the shard was given up before. */
export type GivenUp = 'finished' | 'again' | 'stopped';

export interface GiveUpOptions extends Pick<
  LaneOptions,
  'handler' | 'feed' | 'starts' | 'clock' | 'trimHorizon' | 'report' | 'onHalted'
> {
  /** Absent where no sink is configured. */
  outlet: DeadLetterOutlet | undefined;
}

/** What becomes of records for which no attempt is left. */
export class GiveUp {
  constructor(private readonly options: GiveUpOptions) {}

  /** Whether the shard goes on behind records that are given up so. */
  isPassing(how: OnExhausted): boolean {
    return how === 'skip' || (how === 'dead-letter' && this.options.outlet !== undefined);
  }

  /** @param attempts - how often the handler was called with them */
  async apply(
    failure: Failure,
    { how, reason }: Extract<Verdict, { type: 'give-up' }>,
    attempts: number,
  ): Promise<GivenUp> {
    if (failure.window && this.isPassing(how)) return this.skipWindow(failure, failure.window);
    if (how === 'skip') return this.skip(failure);
    if (how === 'halt') return this.halt(failure);
    const { outlet, handler } = this.options;
    if (!outlet) {
      const problem =
        `${handler.name} asks for a dead letter, but there is no "deadLetterSink". Add it to the options of KinesisModule, ` +
        'or provide DEAD_LETTER_SINK.';
      return this.halt({
        ...failure,
        error: new KinesisConfigurationError(problem, { cause: failure.error }),
      });
    }
    const letters = failure.records.map((record) => this.letter(record, failure.error, attempts, reason));
    if (!(await outlet.store(letters))) return 'stopped';
    this.finish(failure, 'record-dead-lettered');
    return 'finished';
  }

  private skip(failure: Failure): GivenUp {
    this.finish(failure, 'record-skipped');
    return 'finished';
  }

  /** Its records were handled: a letter of one would have it handled again. */
  private skipWindow({ records, error }: Failure, { start, end }: NonNullable<Failure['window']>): GivenUp {
    const { handler, report, feed } = this.options;
    for (const record of records) {
      const window = { windowStart: start, windowEnd: end };
      report({ type: 'window-skipped', handler: handler.name, error, ...window, ...record.place });
      feed.finish(record);
    }
    return 'finished';
  }

  private finish({ records, error }: Failure, type: 'record-skipped' | 'record-dead-lettered'): void {
    const { handler, report, feed } = this.options;
    for (const record of records) {
      report({ type, handler: handler.name, error, ...record.place });
      feed.finish(record);
    }
  }

  /** Stands still, with the whole shard, until it is resumed. */
  private async halt({ records, error }: Failure): Promise<GivenUp> {
    const { handler, report, starts, onHalted, trimHorizon } = this.options;
    const [first] = records;
    if (!first) return 'finished';
    starts.standStill();
    const expired = first.record.arrivalTime < trimHorizon();
    report({ type: 'shard-halted', handler: handler.name, expired, error, ...first.place });
    onHalted();
    return (await starts.allowedAgain(records)) ? 'again' : 'stopped';
  }

  private letter(
    record: InFlightRecord,
    error: unknown,
    attempts: number,
    reason: string | undefined,
  ): DeadLetter {
    const { place, userRecord } = record;
    const { clock, handler } = this.options;
    const { explicitHashKey, partitionKey, data } = userRecord;
    return {
      version: 1,
      id: record.id,
      ...place,
      handler: handler.name,
      partitionKey,
      ...(explicitHashKey === undefined ? {} : { explicitHashKey }),
      arrivalTime: record.record.arrivalTime,
      attempts,
      failedAt: wallTimeOf(clock),
      ...(reason === undefined ? {} : { reason }),
      error: toDeadLetterError(error),
      data,
    };
  }
}

function wallTimeOf(clock: Clock): number {
  return Math.round(clock.wallTime());
}
