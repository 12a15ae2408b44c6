import { DeserializationError, KinesisConfigurationError } from '../errors.js';
import { Backoff } from '../runtime/backoff.js';
import type { InFlightRecord } from './in-flight-record.js';
import type { LaneOptions } from './lane.js';

/** What came of a call that did not go well. */
export interface Failure {
  /** Those of the call's records that are not done, in order; at least one. */
  readonly records: readonly InFlightRecord[];
  readonly error: unknown;
}

/** Hands records over again. Those that are done are finished then; resolves with those that are not. */
export type TryAgain = (records: readonly InFlightRecord[], attempt: number) => Promise<Failure | undefined>;

/** What is done about records whose handler failed, as its policy says. */
export class Recovery {
  constructor(
    private readonly options: LaneOptions,
    private readonly tryAgain: TryAgain,
  ) {}

  /**
   * Goes on until every record is finished, in one way or another.
   *
   * @returns whether they are; if not, handlers may no longer start
   */
  async settle(failed: Failure): Promise<boolean> {
    let failure: Failure | undefined = failed;
    let backoff = this.backoff();
    for (let attempt = 1; failure; attempt++) {
      if (this.options.aborted.aborted) return false;
      const final = this.isFinal(failure, attempt);
      this.reportFailure(failure, attempt, final);
      if (!final) {
        await this.options.clock.sleep(backoff.next(), this.options.stopped).catch(() => undefined);
      } else if (this.options.handler.policy.onExhausted === 'skip') {
        this.skip(failure);
        return true;
      } else {
        this.halt(failure);
        attempt = 0;
        backoff = this.backoff();
      }
      if (!(await this.options.starts.allowed())) return false;
      failure = await this.tryAgain(failure.records, attempt + 1);
    }
    return !this.options.aborted.aborted;
  }

  private isFinal({ error }: Failure, attempt: number): boolean {
    return (
      error instanceof DeserializationError ||
      error instanceof KinesisConfigurationError ||
      attempt >= this.options.handler.policy.attempts
    );
  }

  private skip({ records, error }: Failure): void {
    const { handler, report, feed } = this.options;
    for (const record of records) {
      report({ type: 'record-skipped', handler: handler.name, error, ...record.place });
      feed.finish(record);
    }
  }

  /** Stands still, with the whole shard, until it is resumed. */
  private halt({ records, error }: Failure): void {
    const { handler, report, starts, onHalted } = this.options;
    const [first] = records;
    if (!first) return;
    starts.standStill();
    report({ type: 'shard-halted', handler: handler.name, error, ...first.place });
    onHalted();
  }

  private reportFailure({ records, error }: Failure, attempt: number, final: boolean): void {
    const { handler, report } = this.options;
    const [first] = records;
    if (!first) return;
    report({
      type: 'record-failed',
      handler: handler.name,
      attempt,
      final,
      error,
      records: records.length,
      ...first.place,
    });
  }

  private backoff(): Backoff {
    return new Backoff(this.options.handler.policy.backoff, this.options.random);
  }
}
