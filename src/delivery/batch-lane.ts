import type { Deduplication } from './deduplication/deduplication.js';
import { PartialFailureError } from './handler-errors.js';
import { BatchCollector } from './batch-collector.js';
import { GiveUp } from './give-up.js';
import { type BatchShape, callToEnd } from './handler.js';
import type { InFlightRecord } from './in-flight-record.js';
import { KinesisBatchContext } from './kinesis-batch-context.js';
import { Lane, type LaneOptions } from './lane.js';
import { failedRecords } from './partial-failure.js';
import { ReceivedRecord } from './received-record.js';
import { type Failure, Recovery } from './recovery.js';
import { timedCall } from './timed-call.js';

/** A lane that hands over several records at a time. */
export class BatchLane extends Lane {
  protected readonly collector: BatchCollector;
  private readonly recovery: Recovery;

  constructor(options: LaneOptions, shape: Omit<BatchShape, 'type'>) {
    super(options);
    this.collector = new BatchCollector(options, shape, () => this.wake());
    this.recovery = new Recovery(options, new GiveUp(options), (records, attempt) =>
      this.call(records, attempt),
    );
  }

  close(): void {
    this.collector.close();
  }

  protected async handleAll(): Promise<void> {
    // No variable here holds a batch: it would keep it while others have their turns.
    for (let next = this.handleNext(); next && (await next); next = this.handleNext()) {
      const turn = this.afterCall(1);
      if (turn) await turn;
    }
  }

  /** Handles the next batch; undefined if there is none. Resolves whether handlers may go on. */
  private handleNext(): Promise<boolean> | undefined {
    const { deduplication } = this.options;
    const batch = this.collector.next();
    // At each await other lanes get their turns, and their batches would live on beside this one: there is none in vain.
    return batch && (deduplication ? this.handleFresh(batch, deduplication) : this.handle(batch));
  }

  /** Hands records over until they are finished. Resolves whether they are; if not, handlers may no longer start. */
  protected async handle(batch: readonly InFlightRecord[]): Promise<boolean> {
    const last = batch.at(-1);
    const isAllowed = !last || this.starts.isAllowed(last);
    const records = isAllowed ? batch : await this.startable(batch, last);
    if (!records) return this.leave();
    this.current = records[0];
    const failure = await this.call(records, 1);
    if (this.starts.isAborted || (failure && !(await this.recovery.settle(failure)))) return this.leave();
    this.current = undefined;
    return true;
  }

  /** What the handler gets. */
  protected received(records: readonly InFlightRecord[], attempt: number): ReceivedRecord[] {
    return records.map((record) => new ReceivedRecord(record, this.feed.payloadOf(record), attempt));
  }

  protected createContext(
    records: readonly InFlightRecord[],
    attempt: number,
    signal: AbortSignal,
  ): KinesisBatchContext {
    return new KinesisBatchContext(records, attempt, signal);
  }

  /** The handler has returned. */
  protected onResult(_result: unknown): void {
    // Which records have failed is all that matters of a batch.
  }

  /** Without the records that were handled before. */
  private async handleFresh(
    batch: readonly InFlightRecord[],
    deduplication: Deduplication,
  ): Promise<boolean> {
    const { fresh, seen } = await deduplication.part(batch);
    for (const record of seen) this.feed.finish(record);
    return fresh.length === 0 || this.handle(fresh);
  }

  /** The batch when it may start: without what nobody has begun with, if the shard is given up meanwhile. */
  private async startable(
    batch: readonly InFlightRecord[],
    last: InFlightRecord,
  ): Promise<readonly InFlightRecord[] | undefined> {
    const { starts } = this;
    if (await starts.allowed(last)) return batch;
    const begun = batch.filter(({ index }) => index <= starts.reached);
    const lastBegun = begun.at(-1);
    return lastBegun && starts.isAllowed(lastBegun) ? begun : undefined;
  }

  protected async call(records: readonly InFlightRecord[], attempt: number): Promise<Failure | undefined> {
    const { handler, clock, aborted } = this.options;
    const { timeout } = handler.policy;
    let context: KinesisBatchContext | undefined;
    this.isCalling = true;
    try {
      const received = this.received(records, attempt);
      let result: unknown;
      if (timeout === Infinity) {
        // With one await: at each, the batches of other lanes come to be beside this one.
        context = this.createContext(records, attempt, aborted);
        result = await handler.handle(received, context);
        if (result !== undefined && handler.complete) result = await handler.complete(result, context);
      } else {
        result = await timedCall(
          (signal) => callToEnd(handler, received, (context = this.createContext(records, attempt, signal))),
          { handler: handler.name, clock, timeout, aborted },
        );
      }
      this.onResult(result);
      const failed = failedRecords(records, result, context?.failedFrom);
      const remembered = this.finishAllBut(failed, records);
      if (remembered) await remembered;
      if (failed.length === 0) return undefined;
      const error = new PartialFailureError(handler.name, failed.length, records.length);
      return { records: failed, error, isPartial: true };
    } catch (error) {
      const from = context?.failedFrom;
      const failed = records.slice(from);
      await this.finishAllBut(failed, records);
      return { records: failed, error, isPartial: from !== undefined };
    } finally {
      this.isCalling = false;
    }
  }

  /** @returns what is to be waited for, if anything */
  private finishAllBut(
    failed: readonly InFlightRecord[],
    records: readonly InFlightRecord[],
  ): Promise<void> | undefined {
    const { deduplication } = this.options;
    const isFailed = new Set(failed);
    const done = failed.length === 0 ? records : records.filter((record) => !isFailed.has(record));
    if (deduplication) return deduplication.remember(done).then(() => this.finish(done));
    this.finish(done);
    return undefined;
  }

  private finish(records: readonly InFlightRecord[]): void {
    if (!this.starts.isAborted) for (const record of records) this.feed.finish(record);
  }
}
