import type { DeliveryPolicy } from './delivery-policy.js';
import type { KinesisBatchContext } from './kinesis-batch-context.js';
import type { KinesisContext } from './kinesis-context.js';

/** What a handler is called with: one user record, or several. */
export type HandlerShape = { readonly type: 'record' } | BatchShape | WindowShape;

export interface BatchShape {
  readonly type: 'batch';
  /** The most user records of one call. */
  readonly maxRecords: number;
  /** The most bytes of data of one call; a record larger than that comes alone. */
  readonly maxBytes: number;
  /** How long the first record may wait for others, in milliseconds. */
  readonly maxWait: number;
}

/** Batches of the records that arrived in the same stretch of time. */
export interface WindowShape extends Omit<BatchShape, 'type'> {
  readonly type: 'window';
  /** Milliseconds. */
  readonly length: number;
}

/** What is kept in order: a whole shard, the records of each key, or nothing. */
export type OrderBy = 'shard' | 'partition-key' | 'none' | ((payload: unknown) => unknown);

export interface LaneOptions {
  /** How many calls of the handler run at a time in one shard. */
  readonly concurrency: number;
  readonly orderBy: OrderBy;
}

/** Whether a record is for the handler. */
export type Filter = (payload: unknown, context: KinesisContext) => boolean;

/** How a handler wants its records. */
export interface HandlerSettings {
  readonly shape: HandlerShape;
  readonly lanes: LaneOptions;
  readonly policy: DeliveryPolicy;
  /** Records that it refuses count as finished. Absent where every record is for the handler. */
  readonly filter?: Filter;
  /** Whether records that were handled before, by an earlier owner of the shard, are passed over. */
  readonly deduplicate?: boolean;
}

/** What a handler gets beside its records. */
export type HandlerContext = KinesisContext | KinesisBatchContext;

/** One consumer of a stream, as the engine sees it. */
export interface Handler extends HandlerSettings {
  /** For logs and events. */
  readonly name: string;
  /**
   * Handles a payload, or an array of `ReceivedRecord` where the shape is a batch; a throw or a rejection is a failed
   * attempt.
   */
  handle(input: unknown, context: HandlerContext): unknown;
  /**
   * The call has ended when this has, too: it is called with what {@link handle} returned, or what that resolved to, unless
   * that is `undefined`. Absent where a value is never more to come. (A promise for each record would cost more than the call.)
   */
  complete?(value: unknown, context: HandlerContext): unknown;
}

/** Calls a handler, and waits for its end. */
export async function callToEnd(handler: Handler, input: unknown, context: HandlerContext): Promise<unknown> {
  const value = await handler.handle(input, context);
  return value === undefined || !handler.complete ? value : handler.complete(value, context);
}
