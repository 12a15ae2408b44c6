import type { DeliveryPolicy } from '../../src/delivery/delivery-policy.js';
import type { Handler, HandlerSettings } from '../../src/delivery/handler.js';
import type { KinesisContext } from '../../src/delivery/kinesis-context.js';

export const RETRY_FOREVER: DeliveryPolicy = {
  attempts: Infinity,
  backoff: { initial: 100, max: 1_000 },
  onExhausted: 'halt',
};

/** One record at a time, in the order of the shard, tried until it succeeds. */
export const ONE_BY_ONE: HandlerSettings = {
  shape: { type: 'record' },
  lanes: { concurrency: 1, orderBy: 'shard' },
  policy: RETRY_FOREVER,
};

/** A handler that keeps what it was given, and does what `script` says. */
export function recordingHandler(
  script: (payload: unknown, context: KinesisContext) => unknown = () => undefined,
  policy: Partial<DeliveryPolicy> = {},
): Handler & { readonly seen: unknown[]; readonly contexts: KinesisContext[] } {
  const seen: unknown[] = [];
  const contexts: KinesisContext[] = [];
  return {
    name: 'test',
    ...ONE_BY_ONE,
    policy: { ...RETRY_FOREVER, ...policy },
    seen,
    contexts,
    handle: (payload, context: KinesisContext) => {
      seen.push(payload);
      contexts.push(context);
      return script(payload, context);
    },
  };
}
