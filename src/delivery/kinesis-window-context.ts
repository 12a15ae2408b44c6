import type { InFlightRecord } from './in-flight-record.js';
import { KinesisBatchContext } from './kinesis-batch-context.js';

/** A stretch of time in which records arrived, and what its handler carries from call to call. */
export interface TumblingWindow {
  /** Milliseconds since the Unix epoch; the start belongs to the window, the end to the next. */
  readonly start: number;
  readonly end: number;
  state: unknown;
}

/** What a handler can know about the records it is given of a window. */
export class KinesisWindowContext<State = unknown> extends KinesisBatchContext {
  readonly windowStart: Date;
  /** The first moment that is no longer in the window. */
  readonly windowEnd: Date;
  /**
   * What the last call for this window returned as `state`; undefined in the first. It is handed over as it is, again with
   * each attempt: return a new one, and leave this as it was.
   */
  readonly state: State | undefined;

  /** @internal */
  constructor(
    records: readonly InFlightRecord[],
    attempt: number,
    signal: AbortSignal,
    { start, end, state }: TumblingWindow,
    /** Whether the window is over: this call brings no records, and its state is not kept. */
    readonly isFinalInvokeForWindow: boolean,
  ) {
    super(records, attempt, signal);
    this.windowStart = new Date(start);
    this.windowEnd = new Date(end);
    this.state = state as State | undefined;
  }
}
