import { KinesisConfigurationError } from '../../src/errors.js';
import type { KinesisModuleOptions } from '../../src/kinesis.options.js';
import { MemoryDeduplicator } from '../../src/delivery/deduplication/memory-deduplicator.js';
import type { KinesisContext } from '../../src/delivery/kinesis-context.js';
import { requireServices, resolveDelivery, resolveHandler } from '../../src/options/resolve-handler.js';
import { resolveOptions } from '../../src/options/resolve-options.js';

const MINIMAL: KinesisModuleOptions = { application: 'billing', streams: { orders: {} } };

/** What is said of options with one thing changed. */
function refusalOf(change: object): string {
  try {
    resolveOptions({ ...MINIMAL, ...change });
  } catch (error) {
    expect(error).toBeInstanceOf(KinesisConfigurationError);
    return (error as Error).message;
  }
  throw new Error('the options were not refused');
}

describe('the options of the module', () => {
  it('have the documented defaults', () => {
    expect(resolveOptions(MINIMAL)).toEqual({
      application: 'billing',
      streams: new Map([['orders', { name: 'orders', streamName: 'orders' }]]),
      consumer: {
        startingPosition: 'TRIM_HORIZON',
        recordLimit: 10_000,
        shardFetchRate: 1,
        sleepTimeNoRecords: 1_000,
        checkpointInterval: 1_000,
        checkpointMode: 'auto',
        handOffTimeout: 30_000,
        stallTimeout: 60_000,
        sessionTimeout: 15_000,
        heartbeatFrequency: undefined,
        maxShardConsumers: Infinity,
        maxQueueSize: 100_000,
        maxQueueBytes: 67_108_864,
        onDataLoss: 'oldest',
      },
      delivery: {
        retry: { attempts: Infinity, backoff: { initial: 200, max: 30_000 }, maxAge: 'retention' },
        timeout: Infinity,
        bisectOnError: false,
        onExhausted: 'halt',
      },
      producer: {
        ordering: 'none',
        batchSize: 500,
        maxQueueSize: 10_000,
        maxQueueBytes: 67_108_864,
        maxInFlight: 4,
        putRateLimitPerShard: 1_000,
        putBandwidthLimitPerShard: 1_024,
        retryLimit: Infinity,
        initialBackoff: 50,
        maxBackoff: 2_000,
        bufferTime: 500,
        aggregationMaxSize: 51_200,
        recordTtl: 30_000,
        describeTimeout: 60_000,
        afterFlush: undefined,
        onFailed: undefined,
      },
      autoStart: true,
      consumers: true,
      applyGlobalEnhancers: false,
      describeTimeout: 60_000,
      shutdownTimeout: 10_000,
    });
  });

  it.each<[string, object, ...string[]]>([
    ['a missing application', { application: undefined }, '"application"', 'required'],
    ['an application of odd characters', { application: 'a b' }, '"application"', '"a b"'],
    ['an application of 129 characters', { application: 'a'.repeat(129) }, '"application"'],
    ['missing streams', { streams: undefined }, '"streams"', 'required'],
    ['streams in an array', { streams: ['orders'] }, '"streams"', 'an array'],
    ['a stream of null', { streams: { orders: null } }, 'streams.orders', 'null'],
    [
      'a stream name the service refuses',
      { streams: { o: { streamName: 'a/b' } } },
      'streams.o',
      '"streamName"',
    ],
    [
      'a logical name the service refuses',
      { streams: { 'my orders': {} } },
      'streams.my orders',
      'streamName',
    ],
    [
      'an ARN of something else',
      { streams: { o: { streamArn: 'arn:aws:s3:::b' } } },
      'streams.o',
      '"streamArn"',
    ],
    ['a misspelt stream option', { streams: { o: { name: 'x' } } }, 'streams.o', '"name"', 'streamName'],
    ['a misspelt option', { produser: {} }, '"produser"', 'producer'],
    [
      'a misspelt consumer option',
      { consumer: { recordsLimit: 5 } },
      'consumer',
      '"recordsLimit"',
      'recordLimit',
    ],
    ['a misspelt producer option', { producer: { batchsize: 5 } }, 'producer', '"batchsize"', 'batchSize'],
    [
      'a misspelt retry option',
      { consumer: { retry: { tries: 5 } } },
      'consumer.retry',
      '"tries"',
      'attempts',
    ],
    ['a consumer that is no object', { consumer: 5 }, '"consumer"', 'an object'],
    ['a producer of null', { producer: null }, '"producer"', 'null'],
    ['a flag that is a text', { autoStart: 'false' }, '"autoStart"', 'true or false', '"false"'],
    ['a negative time-out', { describeTimeout: -1 }, '"describeTimeout"', '600000', '-1'],
    ['a time-out that is no number', { shutdownTimeout: NaN }, '"shutdownTimeout"', 'NaN'],
    ['a number as a text', { producer: { batchSize: '500' } }, '"batchSize"', '"500"'],
    ['a batch above the limit', { producer: { batchSize: 501 } }, '"batchSize"', '1 to 500', '501'],
    ['a batch of none', { producer: { batchSize: 0 } }, '"batchSize"'],
    ['a fraction of a record', { producer: { maxQueueSize: 1.5 } }, '"maxQueueSize"', 'whole'],
    ['an infinite batch', { producer: { batchSize: Infinity } }, '"batchSize"'],
    ['an unknown ordering', { producer: { ordering: 'strict' } }, '"ordering"', "'partition-key'"],
    ['a hook that is no function', { producer: { onFailed: 'log' } }, '"onFailed"', 'a function'],
    ['an unknown position', { consumer: { startingPosition: 'EARLIEST' } }, '"startingPosition"', 'LATEST'],
    [
      'an invalid date',
      { consumer: { startingPosition: { timestamp: new Date('x') } } },
      '"startingPosition"',
    ],
    ['too many fetches', { consumer: { shardFetchRate: 6 } }, '"shardFetchRate"'],
    ['a queue of no record', { consumer: { maxQueueSize: 0 } }, '"maxQueueSize"', '1'],
    [
      'a queue that holds not one answer of the service',
      { consumer: { maxQueueBytes: 1_000_000 } },
      '"maxQueueBytes"',
      '10485760',
    ],
    ['an unknown loss policy', { consumer: { onDataLoss: 'ignore' } }, '"onDataLoss"', "'oldest'"],
    ['no attempt', { consumer: { retry: { attempts: 0 } } }, 'consumer.retry', '"attempts"'],
    ['an unknown policy', { consumer: { onExhausted: 'drop' } }, '"onExhausted"', "'skip'"],
    [
      'a heartbeat that never comes',
      { consumer: { heartbeatFrequency: 1e9 } },
      '"heartbeatFrequency"',
      '600000',
    ],
    ['a client that is no object', { client: 'http://localhost' }, '"client"'],
    ['a checkpointer class', { checkpointer: class {} }, '"checkpointer"'],
    ['half a checkpointer', { checkpointer: { create: () => true } }, '"checkpointer"', 'list()'],
    ['half an aggregator', { aggregator: { serialize: () => '' } }, '"aggregator"', 'unpack()'],
  ])('are refused for %s, which is named', (_what, change, ...named) => {
    const message = refusalOf(change);
    for (const part of named) expect(message).toContain(part);
  });

  it.each([undefined, null, 5, []])('are refused when they are %p', (options) => {
    expect(() => resolveOptions(options as unknown as KinesisModuleOptions)).toThrow(
      KinesisConfigurationError,
    );
  });

  it('do not repeat a long text, which may be a secret', () => {
    const secret = 's3cr3t'.repeat(20);
    expect(refusalOf({ client: secret })).not.toContain('s3cr3t');
  });

  it('take the name in the service from the ARN, which wins', () => {
    const streamArn = 'arn:aws:kinesis:eu-central-1:123456789012:stream/orders-prod';
    const { streams } = resolveOptions({
      application: 'billing',
      streams: { orders: { streamName: 'other', streamArn }, events: { streamName: 'events-prod' } },
    });

    expect([...streams.values()]).toEqual([
      { name: 'orders', streamName: 'orders-prod', streamArn },
      { name: 'events', streamName: 'events-prod' },
    ]);
  });

  it('take their bounds', () => {
    const producer = { batchSize: 1, maxQueueSize: Infinity, putRateLimitPerShard: Infinity, recordTtl: 100 };
    const consumer = {
      startingPosition: { timestamp: new Date(0) },
      retry: { attempts: Infinity, backoff: { initial: 0 } },
      maxShardConsumers: Infinity,
      maxQueueSize: Infinity,
      maxQueueBytes: Infinity,
    };

    const resolved = resolveOptions({ ...MINIMAL, producer, consumer, describeTimeout: 0 });

    expect(resolved.producer).toMatchObject(producer);
    expect(resolved.delivery).toMatchObject({ retry: { attempts: Infinity, backoff: { initial: 0 } } });
  });
});

describe('the options of a handler', () => {
  it('go before those of the module, one by one', () => {
    const module = resolveDelivery('consumer', {
      retry: { attempts: 5, backoff: { max: 1_000 } },
      timeout: 5_000,
      onExhausted: 'skip',
    });

    expect(resolveHandler('@KinesisConsumer', { retry: { attempts: 2 } }, module).policy).toEqual({
      retry: { attempts: 2, backoff: { initial: 200, max: 1_000 }, maxAge: 'retention' },
      timeout: 5_000,
      bisectOnError: false,
      onExhausted: 'skip',
    });
  });

  it('are refused by the name of the handler', () => {
    expect(() => resolveHandler('Orders.onOrder', { retry: { attempts: -1 } })).toThrow(
      /^Orders\.onOrder\.retry: option "attempts"/,
    );
  });

  it('are one record at a time in the order of the shard, where nothing is said', () => {
    expect(resolveHandler('Orders.onOrder', {})).toMatchObject({
      shape: { type: 'record' },
      lanes: { concurrency: 1, orderBy: 'shard' },
    });
  });

  it('have defaults of Lambda for batches, and order by key with several lanes', () => {
    expect(resolveHandler('Orders.onOrder', { batch: {}, concurrency: 4 })).toMatchObject({
      shape: { type: 'batch', maxRecords: 100, maxBytes: 6_291_456, maxWait: 0 },
      lanes: { concurrency: 4, orderBy: 'partition-key' },
    });
  });

  it.each<[string, object, RegExp]>([
    [
      'lanes that would break the order of the shard',
      { concurrency: 2, orderBy: 'shard' },
      /concurrency must be 1/,
    ],
    ['windows in lanes', { window: { length: 1_000 }, concurrency: 2 }, /windows are handled in the order/],
    ['windows that forget', { window: { length: 1_000 }, deduplicate: true }, /leave "deduplicate" out/],
    ['windows of batches', { window: { length: 1_000 }, batch: {} }, /leave "batch" out/],
    ['windows without a length', { window: {} }, /"length" is required/],
    ['windows beyond Lambda’s', { window: { length: 900_001 } }, /\.window: option "length"/],
    ['a filter that means nothing', { filter: { data: { type: 'order' } } }, /\.filter\.data\.type/],
    ['a filter of no kind', { filter: 'order' }, /"filter" must be a function/],
    ['no time at all', { timeout: 0 }, /"timeout" must be a number from 1/],
    ['a misspelt back-off', { retry: { backoff: { first: 5 } } }, /\.retry\.backoff: option "first"/],
    ['an unknown order', { orderBy: 'time' }, /"orderBy" must be 'shard'/],
    ['a misspelt option of batches', { batch: { size: 5 } }, /\.batch: option "size" is not an option/],
    ['batches of nothing', { batch: { maxRecords: 0 } }, /\.batch: option "maxRecords"/],
  ])('are refused: %s', (_what, options, problem) => {
    expect(() => resolveHandler('Orders.onOrder', options)).toThrow(problem);
  });

  it('have windows as long as they say, with the defaults of batches', () => {
    expect(resolveHandler('Orders.onOrder', { window: { length: 60_000 } }).shape).toEqual({
      type: 'window',
      length: 60_000,
      maxRecords: 100,
      maxBytes: 6_291_456,
      maxWait: 0,
    });
  });

  it('make a filter of patterns', () => {
    const { filter } = resolveHandler('Orders.onOrder', { filter: { data: { type: ['order'] } } });
    const context = { partitionKey: 'key' } as KinesisContext;
    expect([{ type: 'order' }, { type: 'refund' }].map((payload) => filter?.(payload, context))).toEqual([
      true,
      false,
    ]);
  });

  it.each<[string, object, RegExp]>([
    ['a sink for dead letters', { onExhausted: 'dead-letter' }, /Add "deadLetterSink"/],
    ['a memory for duplicates', { deduplicate: true }, /Add "deduplicator"/],
  ])('need %s, where they ask for it', (_what, options, advice) => {
    const settings = resolveHandler('Orders.onOrder', options);
    const checkpointMode = 'auto';
    expect(() => requireServices('Orders.onOrder', settings, { checkpointMode })).toThrow(advice);
    const deadLetterSink = { name: 'sink', send: () => Promise.resolve() };
    const services = { checkpointMode, deadLetterSink, deduplicator: new MemoryDeduplicator() } as const;
    expect(() => requireServices('Orders.onOrder', settings, services)).not.toThrow();
  });

  it('do not remember records as handled which the handler may only have collected', () => {
    const settings = resolveHandler('Orders.onOrder', { deduplicate: true });
    const services = { checkpointMode: 'manual', deduplicator: new MemoryDeduplicator() } as const;
    expect(() => requireServices('Orders.onOrder', settings, services)).toThrow(
      /^Orders\.onOrder: "deduplicate" does not go with checkpointMode "manual"/,
    );
  });
});
