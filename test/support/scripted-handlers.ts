import type { DeliveryPolicy, RecordHandler } from '../../src/delivery/delivery-policy.js';
import type { KinesisContext } from '../../src/delivery/kinesis-context.js';

export const RETRY_FOREVER: DeliveryPolicy = {
  attempts: Infinity,
  backoff: { initial: 100, max: 1_000 },
  onExhausted: 'halt',
};

/** A handler that keeps what it was given, and does what `script` says. */
export function recordingHandler(
  script: (payload: unknown, context: KinesisContext) => unknown = () => undefined,
  policy: Partial<DeliveryPolicy> = {},
): RecordHandler & { readonly seen: unknown[]; readonly contexts: KinesisContext[] } {
  const seen: unknown[] = [];
  const contexts: KinesisContext[] = [];
  return {
    name: 'test',
    policy: { ...RETRY_FOREVER, ...policy },
    seen,
    contexts,
    handle: (payload, context) => {
      seen.push(payload);
      contexts.push(context);
      return script(payload, context);
    },
  };
}
