import { BatchValidationError } from '../errors.js';
import { Backoff } from '../runtime/backoff.js';
import { type GiveUp } from './give-up.js';
import type { InFlightRecord } from './in-flight-record.js';
import type { TumblingWindow } from './kinesis-window-context.js';
import type { LaneOptions } from './lane.js';
import { isChosen, judge, type Verdict } from './verdict.js';

/** What came of a call that did not go well. */
export interface Failure {
  /** Those of the call's records that are not done, in order; at least one. */
  readonly records: readonly InFlightRecord[];
  readonly error: unknown;
  /** The handler itself said which of the records have failed. */
  readonly isPartial?: boolean;
  /** The window whose last call it was: that brings no records, and stands for what the window has come to. */
  readonly window?: Pick<TumblingWindow, 'start' | 'end'>;
}

/** Hands records over again. Those that are done are finished then; resolves with those that are not. */
export type TryAgain = (records: readonly InFlightRecord[], attempt: number) => Promise<Failure | undefined>;

/** What is done about records whose handler failed, as its policy says. */
export class Recovery {
  constructor(
    private readonly options: LaneOptions,
    private readonly giveUp: GiveUp,
    private readonly tryAgain: TryAgain,
  ) {}

  /**
   * Goes on until every record is finished, in one way or another.
   *
   * @param attempts - how often the handler was called with them
   * @returns whether they are; if not, handlers may no longer start
   */
  async settle(failed: Failure, attempts = 1): Promise<boolean> {
    const { handler, aborted } = this.options;
    const backoff = new Backoff(handler.policy.retry.backoff, this.options.random);
    let failure: Failure | undefined = failed;
    let failures = 0;
    while (failure) {
      if (aborted.aborted) return false;
      if (failure.error instanceof BatchValidationError) {
        return this.settleInvalid(failure.records, failure.error, attempts);
      }
      if (this.isSplit(failure)) {
        this.report(failure, attempts, 0);
        return this.settleHalves(failure.records);
      }
      if (!isChosen(failure.error)) failures++;
      const verdict = this.verdictOn(failure, failures);
      if (verdict.type === 'retry') {
        const wait = verdict.after ?? backoff.next();
        this.report(failure, attempts, wait);
        await this.sleep(wait, failure);
      } else {
        this.report(failure, attempts);
        const ended = await this.giveUp.apply(failure, verdict, attempts);
        if (ended !== 'again') return ended === 'finished';
        attempts = failures = 0;
        backoff.reset();
      }
      if (!(await this.mayTry(failure.records))) return false;
      failure = await this.tryAgain(failure.records, ++attempts);
    }
    return !aborted.aborted;
  }

  /** One bad record must not fail the others of its batch for good. */
  private isSplit({ records, error, isPartial = false }: Failure): boolean {
    return this.options.handler.policy.bisectOnError && records.length > 1 && !isPartial && !isChosen(error);
  }

  private async settleHalves(records: readonly InFlightRecord[]): Promise<boolean> {
    const middle = Math.ceil(records.length / 2);
    return (await this.beginAgain(records.slice(0, middle))) && this.beginAgain(records.slice(middle));
  }

  /**
   * The handler was not called: those that it will never get go their own way, and the others are handed over. One that it
   * may get later, when the shard is resumed, keeps its place among them.
   */
  private async settleInvalid(
    records: readonly InFlightRecord[],
    { failures }: Pick<BatchValidationError, 'failures'>,
    attempts: number,
  ): Promise<boolean> {
    const left: InFlightRecord[] = [];
    for (const record of records) {
      const failure = failureOf(record, failures);
      if (!failure || !this.isDropped(failure)) left.push(record);
      else if (!(await this.settle(failure, attempts))) return false;
    }
    const index = left.findIndex(({ id }) => failures.has(id));
    const valid = index < 0 ? left : left.slice(0, index);
    if (valid.length > 0 && !(await this.begin(valid))) return false;
    const [next, ...others] = left.slice(valid.length);
    const failure = next && failureOf(next, failures);
    if (!failure) return !this.options.aborted.aborted;
    return (await this.settle(failure, attempts)) && this.settleInvalid(others, { failures }, attempts);
  }

  /** Whether its records are skipped or dead letters, and so never handled. */
  private isDropped(failure: Failure): boolean {
    const verdict = this.verdictOn(failure, 1);
    return verdict.type === 'give-up' && this.giveUp.isPassing(verdict.how);
  }

  private verdictOn(failure: Failure, failures: number): Verdict {
    const { handler, clock, trimHorizon } = this.options;
    const arrival = failure.records[0]?.record.arrivalTime ?? Infinity;
    return judge(handler.policy, {
      error: failure.error,
      failures,
      age: clock.wallTime() - arrival,
      isExpired: arrival < trimHorizon(),
    });
  }

  /** For what belongs to a call that has begun, and was not handed over yet: it is, also if the shard is given up meanwhile. */
  private async begin(records: readonly InFlightRecord[]): Promise<boolean> {
    const last = records.at(-1);
    return last !== undefined && (await this.options.starts.allowed(last)) && this.handOver(records);
  }

  /** For a part of what has failed. */
  private async beginAgain(records: readonly InFlightRecord[]): Promise<boolean> {
    return (await this.mayTry(records)) && this.handOver(records);
  }

  private async handOver(records: readonly InFlightRecord[]): Promise<boolean> {
    const failure = await this.tryAgain(records, 1);
    return failure ? this.settle(failure) : !this.options.aborted.aborted;
  }

  private mayTry(records: readonly InFlightRecord[]): Promise<boolean> {
    return this.options.starts.allowedAgain(records);
  }

  private async sleep(duration: number, { records }: Failure): Promise<void> {
    await this.options.clock.sleep(duration, this.options.starts.retrySignal(records)).catch(() => undefined);
  }

  /** @param delay - milliseconds until they come again; absent where they do not */
  private report({ records, error, window }: Failure, attempt: number, delay?: number): void {
    const { handler, report } = this.options;
    const [first] = records;
    if (!first) return;
    const about = { handler: handler.name, records: window ? 0 : records.length, ...first.place };
    if (!isChosen(error)) {
      report({ type: 'record-failed', attempt, final: delay === undefined, error, ...about });
    } else if (delay !== undefined) {
      report({ type: 'record-delayed', delay, ...about });
    }
  }
}

function failureOf(record: InFlightRecord, failures: BatchValidationError['failures']): Failure | undefined {
  const error = failures.get(record.id);
  return error && { records: [record], error };
}
