import type { BatchShape, Handler } from '../../../src/delivery/handler.js';
import type { KinesisBatchContext } from '../../../src/delivery/kinesis-batch-context.js';
import type { ReceivedRecord } from '../../../src/delivery/received-record.js';
import { ONE_BY_ONE } from '../../support/scripted-handlers.js';

type Script = (
  payloads: readonly unknown[],
  context: KinesisBatchContext,
  records: readonly ReceivedRecord[],
) => unknown;

/** A batch handler that keeps what it was given, and does what `script` says; three records at a time. */
export function batchHandler(
  shape: Partial<BatchShape> = {},
  script: Script = () => undefined,
  settings: Partial<Handler> = {},
) {
  const batches: unknown[][] = [];
  const contexts: KinesisBatchContext[] = [];
  const records: ReceivedRecord[] = [];
  const handler: Handler = {
    name: 'batches',
    ...ONE_BY_ONE,
    shape: { type: 'batch', maxRecords: 3, maxBytes: 1_000, maxWait: 0, ...shape },
    handle: (input, context) => {
      const received = input as readonly ReceivedRecord[];
      const payloads = received.map(({ payload }) => payload);
      batches.push(payloads);
      records.push(...received);
      contexts.push(context as KinesisBatchContext);
      return script(payloads, context as KinesisBatchContext, received);
    },
    ...settings,
  };
  return { handler, batches, contexts, records };
}
