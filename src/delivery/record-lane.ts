import { isThenable } from '../runtime/thenable.js';
import type { Deduplication } from './deduplication/deduplication.js';
import { GiveUp } from './give-up.js';
import { callToEnd } from './handler.js';
import type { InFlightRecord } from './in-flight-record.js';
import { KinesisContext } from './kinesis-context.js';
import { Lane, type LaneOptions } from './lane.js';
import { type Failure, Recovery } from './recovery.js';
import { timedCall } from './timed-call.js';

/** After this many calls it is looked at the clock, which costs as much as a call. */
const CALLS_PER_LOOK = 64;

/** A lane that hands over one record at a time. */
export class RecordLane extends Lane {
  private readonly recovery: Recovery;

  constructor(options: LaneOptions) {
    super(options);
    this.recovery = new Recovery(options, new GiveUp(options), (records, attempt) =>
      this.tryAgain(records, attempt),
    );
  }

  close(): void {
    // It has no timers.
  }

  protected async handleAll(): Promise<unknown> {
    const { feed, starts } = this;
    const { aborted, handler, deduplication } = this.options;
    const isTimed = handler.policy.timeout !== Infinity;
    for (let record = feed.next(); record; record = feed.next()) {
      if (deduplication && (await this.wasHandled(record, deduplication))) continue;
      if (!starts.isAllowed(record) && !(await starts.allowed(record))) return this.leave();
      this.current = record;
      let failure: Failure | undefined;
      if (isTimed) {
        failure = await this.call(record, 1);
      } else {
        // The same without a promise of its own: this is where most records pass through.
        this.isCalling = true;
        try {
          const context = new KinesisContext(record, 1, aborted);
          let result = handler.handle(feed.payloadOf(record), context);
          if (isThenable(result)) result = await result;
          if (result !== undefined && handler.complete) await handler.complete(result, context);
        } catch (error) {
          failure = { records: [record], error };
        }
        this.isCalling = false;
      }
      if (deduplication && !failure) await deduplication.remember([record]);
      if (starts.isAborted) return this.leave();
      if (!failure) feed.finish(record);
      else if (!(await this.recovery.settle(failure))) return this.leave();
      this.current = undefined;
      const turn = this.afterCall(CALLS_PER_LOOK);
      if (turn) await turn;
    }
    return undefined;
  }

  private async wasHandled(record: InFlightRecord, deduplication: Deduplication): Promise<boolean> {
    const { seen } = await deduplication.part([record]);
    if (seen.length === 0) return false;
    this.feed.finish(record);
    return true;
  }

  private async tryAgain([record]: readonly InFlightRecord[], attempt: number): Promise<Failure | undefined> {
    const { deduplication } = this.options;
    const failure = record && (await this.call(record, attempt));
    if (record && !failure) await deduplication?.remember([record]);
    if (record && !failure && !this.starts.isAborted) this.feed.finish(record);
    return failure;
  }

  private async call(record: InFlightRecord, attempt: number): Promise<Failure | undefined> {
    const { handler, clock, aborted } = this.options;
    const { timeout } = handler.policy;
    this.isCalling = true;
    try {
      const payload = this.feed.payloadOf(record);
      await timedCall((signal) => callToEnd(handler, payload, new KinesisContext(record, attempt, signal)), {
        handler: handler.name,
        clock,
        timeout,
        aborted,
      });
      return undefined;
    } catch (error) {
      return { records: [record], error };
    } finally {
      this.isCalling = false;
    }
  }
}
