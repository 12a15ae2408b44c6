import type { DeliveryPolicy, RetryPolicy } from '../delivery/delivery-policy.js';
import type { DeadLetterSink } from '../delivery/dead-letters/dead-letter-sink.js';
import type { Deduplicator } from '../delivery/deduplication/deduplicator.js';
import { compileFilter, type FilterPattern } from '../delivery/filter/filter-pattern.js';
import type {
  BatchShape,
  Filter,
  HandlerSettings,
  HandlerShape,
  LaneOptions,
  OrderBy,
} from '../delivery/handler.js';
import { KinesisConfigurationError } from '../errors.js';
import type { KinesisDeliveryOptions } from './consumer.options.js';
import type { KinesisHandlerOptions } from './handler.options.js';
import type { ConsumerSettings } from '../scheduler/consumer-settings.js';
import { OptionReader } from './option-reader.js';

const HOUR = 3_600_000;

const MEBIBYTE = 1024 * 1024;

const ORDERS = ['shard', 'partition-key', 'none'];

/**
 * How one handler gets its records, and what happens when it fails: its own options over the module's.
 *
 * @param where - what the options belong to, for messages
 * @throws KinesisConfigurationError that names the option, what it is and what it may be
 */
export function resolveHandler(
  where: string,
  options: KinesisHandlerOptions,
  defaults?: DeliveryPolicy,
): HandlerSettings {
  const reader = new OptionReader(where, options);
  const filter = resolveFilter(where, reader);
  const settings: HandlerSettings = {
    shape: resolveShape(where, reader),
    lanes: resolveLanes(where, reader),
    policy: readPolicy(where, reader, defaults),
    deduplicate: reader.flag('deduplicate', false),
    ...(filter ? { filter } : {}),
  };
  reader.refuseUnknown();
  if (settings.shape.type === 'window') refuseForWindows(where, settings);
  return settings;
}

/** What handlers may need of the module. */
export interface HandlerServices {
  readonly checkpointMode: ConsumerSettings['checkpointMode'];
  readonly deadLetterSink?: DeadLetterSink | undefined;
  readonly deduplicator?: Deduplicator | undefined;
}

/**
 * Checks that the module has what a handler's options ask for, and nothing that they do not go with.
 *
 * @throws KinesisConfigurationError that says what to add
 */
export function requireServices(
  where: string,
  { policy, deduplicate }: HandlerSettings,
  { deadLetterSink, deduplicator, checkpointMode }: HandlerServices,
): void {
  if (deduplicate && !deduplicator) {
    throw new KinesisConfigurationError(
      `${where}: "deduplicate" needs a memory. Add "deduplicator" to the options of KinesisModule, or provide DEDUPLICATOR.`,
    );
  }
  if (deduplicate && checkpointMode === 'manual') {
    throw new KinesisConfigurationError(
      `${where}: "deduplicate" does not go with checkpointMode "manual": a handler may return before its records are done, ` +
        'and a replay would pass them over.',
    );
  }
  if (policy.onExhausted === 'dead-letter' && !deadLetterSink) {
    throw new KinesisConfigurationError(
      `${where}: onExhausted "dead-letter" needs a sink. Add "deadLetterSink" to the options of KinesisModule, or provide ` +
        'DEAD_LETTER_SINK.',
    );
  }
}

/**
 * The policy of the module.
 *
 * @param where - what the options belong to, for messages
 */
export function resolveDelivery(where: string, options: KinesisDeliveryOptions): DeliveryPolicy {
  return readPolicy(where, new OptionReader(where, options));
}

function resolveShape(where: string, reader: OptionReader): HandlerShape {
  const batch = reader.optional<object>('batch', 'object');
  const window = reader.optional<object>('window', 'object');
  if (batch && window) {
    throw new KinesisConfigurationError(
      `${where}: "window" has the options of a batch itself; leave "batch" out.`,
    );
  }
  if (window) {
    const windowReader = new OptionReader(`${where}.window`, window);
    const length = windowReader.number('length', { default: NaN, min: 1_000, max: 900_000 });
    if (Number.isNaN(length)) {
      throw new KinesisConfigurationError(`${where}.window: option "length" is required: 1000 to 900000 ms.`);
    }
    return { type: 'window', length, ...readBatch(windowReader) };
  }
  if (!batch) return { type: 'record' };
  return { type: 'batch', ...readBatch(new OptionReader(`${where}.batch`, batch)) };
}

function readBatch(reader: OptionReader): Omit<BatchShape, 'type'> {
  const shape = {
    maxRecords: reader.integer('maxRecords', { default: 100, min: 1, max: 10_000 }),
    maxBytes: reader.integer('maxBytes', { default: 6 * MEBIBYTE, min: 1, max: 10 * MEBIBYTE }),
    maxWait: reader.number('maxWait', { default: 0, min: 0, max: 300_000 }),
  };
  reader.refuseUnknown();
  return shape;
}

function resolveLanes(where: string, reader: OptionReader): LaneOptions {
  const concurrency = reader.integer('concurrency', { default: 1, min: 1, max: 1_000 });
  const orderBy = reader.checked<OrderBy>(
    'orderBy',
    concurrency === 1 ? 'shard' : 'partition-key',
    (value) => typeof value === 'function' || ORDERS.includes(value as string),
    `'shard', 'partition-key', 'none' or a function that finds the key in a payload`,
  );
  if (orderBy === 'shard' && concurrency > 1) {
    throw new KinesisConfigurationError(
      `${where}: a shard in order is handled one call at a time; with orderBy "shard", concurrency must be 1, not ` +
        `${concurrency}. Order by "partition-key", by a function or by "none".`,
    );
  }
  return { concurrency, orderBy };
}

/** A window's state depends on every record of it, in order. */
function refuseForWindows(where: string, { lanes, deduplicate }: HandlerSettings): void {
  if (lanes.orderBy !== 'shard') {
    throw new KinesisConfigurationError(
      `${where}: windows are handled in the order of the shard, one call at a time.`,
    );
  }
  if (deduplicate) {
    throw new KinesisConfigurationError(
      `${where}: a window that begins again needs all its records; leave "deduplicate" out.`,
    );
  }
}

function resolveFilter(where: string, reader: OptionReader): Filter | undefined {
  const filter = reader.checked<Filter | FilterPattern | readonly FilterPattern[] | undefined>(
    'filter',
    undefined,
    (value) => typeof value === 'function' || (typeof value === 'object' && value !== null),
    'a function, a pattern, or a list of patterns',
  );
  if (!filter || typeof filter === 'function') return filter;
  const matches = compileFilter(filter, `${where}.filter`);
  return (payload, { partitionKey }) => matches({ data: payload, partitionKey });
}

function readPolicy(where: string, reader: OptionReader, defaults?: DeliveryPolicy): DeliveryPolicy {
  const retry = new OptionReader(`${where}.retry`, reader.optional<object>('retry', 'object') ?? {});
  return {
    retry: readRetry(where, retry, defaults?.retry),
    timeout: reader.checked(
      'timeout',
      defaults?.timeout ?? Infinity,
      (value) => typeof value === 'number' && value >= 1 && value <= 24 * HOUR,
      `a number from 1 to ${24 * HOUR}`,
    ),
    bisectOnError: reader.flag('bisectOnError', defaults?.bisectOnError ?? false),
    onExhausted: reader.oneOf(
      'onExhausted',
      ['halt', 'dead-letter', 'skip'],
      defaults?.onExhausted ?? 'halt',
    ),
  };
}

function readRetry(where: string, retry: OptionReader, defaults?: RetryPolicy): RetryPolicy {
  const backoff = new OptionReader(
    `${where}.retry.backoff`,
    retry.optional<object>('backoff', 'object') ?? {},
  );
  const { initial = 200, max = 30_000 } = defaults?.backoff ?? {};
  const retryable =
    retry.optional<NonNullable<RetryPolicy['retryable']>>('retryable', 'function') ?? defaults?.retryable;
  const policy = {
    attempts: retry.integer('attempts', { default: defaults?.attempts ?? Infinity, min: 1, max: Infinity }),
    backoff: {
      initial: backoff.number('initial', { default: initial, min: 0, max: HOUR }),
      max: backoff.number('max', { default: max, min: 0, max: HOUR }),
    },
    maxAge: retry.checked<RetryPolicy['maxAge']>(
      'maxAge',
      defaults?.maxAge ?? 'retention',
      (value) => value === 'retention' || (typeof value === 'number' && value >= 0),
      `'retention' or a number of at least 0`,
    ),
    ...(retryable ? { retryable } : {}),
  };
  backoff.refuseUnknown();
  retry.refuseUnknown();
  return policy;
}
