import { BatchCollector } from './batch-collector.js';
import type { BatchShape } from './handler.js';
import type { InFlightRecord } from './in-flight-record.js';
import { KinesisBatchContext } from './kinesis-batch-context.js';
import { Lane, type LaneOptions } from './lane.js';
import { ReceivedRecord } from './received-record.js';
import { type Failure, Recovery } from './recovery.js';

/** A lane that hands over several records at a time. */
export class BatchLane extends Lane {
  private readonly collector: BatchCollector;
  private readonly recovery: Recovery;

  constructor(options: LaneOptions, shape: BatchShape) {
    super(options);
    this.collector = new BatchCollector(options, shape, () => this.wake());
    this.recovery = new Recovery(options, (records, attempt) => this.call(records, attempt));
  }

  close(): void {
    this.collector.close();
  }

  protected async handleAll(): Promise<void> {
    const { starts, aborted } = this.options;
    for (let records = this.collector.next(); records; records = this.collector.next()) {
      if (!starts.isAllowed && !(await starts.allowed())) return;
      this.current = records[0];
      const failure = await this.call(records, 1);
      if (aborted.aborted || (failure && !(await this.recovery.settle(failure)))) return;
      this.current = undefined;
      const turn = this.afterCall();
      if (turn) await turn;
    }
  }

  private async call(records: readonly InFlightRecord[], attempt: number): Promise<Failure | undefined> {
    const { feed, handler, aborted } = this.options;
    const last = records.at(-1);
    if (!last) return undefined;
    this.isCalling = true;
    try {
      const received = records.map((record) => new ReceivedRecord(record, feed.payloadOf(record), attempt));
      await handler.handle(received, new KinesisBatchContext(last, attempt, aborted));
    } catch (error) {
      return { records, error };
    } finally {
      this.isCalling = false;
    }
    if (!aborted.aborted) for (const record of records) feed.finish(record);
    return undefined;
  }
}
