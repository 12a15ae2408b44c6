import { isThenable } from '../runtime/thenable.js';
import type { InFlightRecord } from './in-flight-record.js';
import { KinesisContext } from './kinesis-context.js';
import { Lane, type LaneOptions } from './lane.js';
import { type Failure, Recovery } from './recovery.js';

/** A lane that hands over one record at a time. */
export class RecordLane extends Lane {
  private readonly recovery: Recovery;

  constructor(options: LaneOptions) {
    super(options);
    this.recovery = new Recovery(options, (records, attempt) => this.tryAgain(records, attempt));
  }

  close(): void {
    // It has no timers.
  }

  protected async handleAll(): Promise<void> {
    const { feed, starts, handler, aborted } = this.options;
    for (let record = feed.next(); record; record = feed.next()) {
      if (!starts.isAllowed && !(await starts.allowed())) return;
      this.current = record;
      // The same as `call` does, without a promise of its own: this is where a record that does not fail passes through.
      let failure: Failure | undefined;
      this.isCalling = true;
      try {
        const result = handler.handle(feed.payloadOf(record), new KinesisContext(record, 1, aborted));
        if (isThenable(result)) await result;
      } catch (error) {
        failure = { records: [record], error };
      }
      this.isCalling = false;
      if (aborted.aborted) return;
      if (!failure) feed.finish(record);
      else if (!(await this.recovery.settle(failure))) return;
      this.current = undefined;
      const turn = this.afterCall();
      if (turn) await turn;
    }
  }

  private async tryAgain([record]: readonly InFlightRecord[], attempt: number): Promise<Failure | undefined> {
    if (!record) return undefined;
    const { feed, handler, aborted } = this.options;
    this.isCalling = true;
    try {
      await handler.handle(feed.payloadOf(record), new KinesisContext(record, attempt, aborted));
    } catch (error) {
      return { records: [record], error };
    } finally {
      this.isCalling = false;
    }
    if (!aborted.aborted) feed.finish(record);
    return undefined;
  }
}
