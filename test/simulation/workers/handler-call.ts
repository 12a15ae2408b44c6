import { KinesisContext } from '../../../src/delivery/kinesis-context.js';
import type { HandlerContext } from '../../../src/delivery/handler.js';
import type { ReceivedRecord } from '../../../src/delivery/received-record.js';
import type { HandlerCall } from '../ledger/tenure.js';

/** A call of a handler as the ledgers see it, whether of one record or of a batch. */
export function callOf(input: unknown, context: HandlerContext): HandlerCall {
  const { shardId, fencingToken, signal } = context;
  const records = context instanceof KinesisContext ? [context] : (input as readonly ReceivedRecord[]);
  return { shardId, fencingToken, signal, records };
}
