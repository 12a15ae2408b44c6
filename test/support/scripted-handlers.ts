import type { DeliveryPolicy, RetryPolicy } from '../../src/delivery/delivery-policy.js';
import type { Handler, HandlerSettings } from '../../src/delivery/handler.js';
import type { KinesisContext } from '../../src/delivery/kinesis-context.js';

export const RETRY_FOREVER: DeliveryPolicy = {
  retry: { attempts: Infinity, backoff: { initial: 100, max: 1_000 }, maxAge: Infinity },
  timeout: Infinity,
  bisectOnError: false,
  onExhausted: 'halt',
};

/** What is different from {@link RETRY_FOREVER}. */
export type PolicyChanges = Partial<Omit<DeliveryPolicy, 'retry'>> & {
  readonly retry?: Partial<RetryPolicy>;
};

export function policyWith({ retry, ...changes }: PolicyChanges): DeliveryPolicy {
  return { ...RETRY_FOREVER, ...changes, retry: { ...RETRY_FOREVER.retry, ...retry } };
}

/** One record at a time, in the order of the shard, tried until it succeeds. */
export const ONE_BY_ONE: HandlerSettings = {
  shape: { type: 'record' },
  lanes: { concurrency: 1, orderBy: 'shard' },
  policy: RETRY_FOREVER,
};

/** A handler that keeps what it was given, and does what `script` says. */
export function recordingHandler(
  script: (payload: unknown, context: KinesisContext) => unknown = () => undefined,
  changes: PolicyChanges = {},
): Handler & { readonly seen: unknown[]; readonly contexts: KinesisContext[] } {
  const seen: unknown[] = [];
  const contexts: KinesisContext[] = [];
  return {
    name: 'test',
    ...ONE_BY_ONE,
    policy: policyWith(changes),
    seen,
    contexts,
    handle: (payload, context: KinesisContext) => {
      seen.push(payload);
      contexts.push(context);
      return script(payload, context);
    },
  };
}
