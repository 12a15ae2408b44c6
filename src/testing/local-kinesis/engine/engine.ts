import { type Clock } from '../../../runtime/clock.js';
import { type Random } from '../../../runtime/random.js';
import { Account, type EngineDelays } from './account.js';
import { isHashKey } from './hash-key.js';
import { type KinesisLimits, type LimitsOption, resolveLimits } from './limits.js';
import { OPERATIONS } from './operation-table.js';
import { type OperationExecutor, type OperationInput, type OperationOutput } from './operation.js';
import { type CallContext } from './operations/define.js';
import { shardFor } from './operations/put-records.js';
import { ServiceError } from './service-error.js';

export interface LocalKinesisEngineOptions {
  /** Where all time comes from: arrival times, rates, expiry, delays. */
  readonly clock: Clock;
  /** Where all randomness comes from. */
  readonly random: Random;
  /** What the engine refuses, and from where on. @defaultValue `'aws'`: the service's quotas */
  readonly limits?: LimitsOption;
  /** The region in ARNs. @defaultValue `'us-east-1'` */
  readonly region?: string;
  /** The account in ARNs and messages: 12 digits. @defaultValue `'000000000000'` */
  readonly account?: string;
  /** How long changes take. @defaultValue none: they are done at once */
  readonly delays?: EngineDelays;
}

/** A record as it is stored. */
export interface InspectedRecord {
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly explicitHashKey: string | undefined;
  readonly data: Uint8Array;
  readonly approximateArrivalTimestamp: Date;
}

/**
 * The model of Kinesis Data Streams, for one account in one region, in memory. It knows neither HTTP nor the SDK:
 * the doors of the local Kinesis lead here through {@link OperationExecutor.execute}.
 */
export class LocalKinesisEngine implements OperationExecutor {
  private readonly account: Account;

  constructor(options: LocalKinesisEngineOptions) {
    const { clock, random, limits, region = 'us-east-1', account = '000000000000', delays = {} } = options;
    this.account = new Account({ clock, random, limits: resolveLimits(limits), region, account, delays });
  }

  /** The limits in force. */
  get limits(): Readonly<KinesisLimits> {
    return this.account.limits;
  }

  /** {@inheritDoc OperationExecutor.execute} */
  async execute(
    operation: string,
    input: OperationInput,
    signal?: AbortSignal,
    context: Omit<CallContext, 'signal'> = {},
  ): Promise<OperationOutput> {
    const run = OPERATIONS.get(operation);
    if (run === undefined)
      throw new ServiceError('UnknownOperationException', `Unknown operation: ${operation}.`);
    return run(this.account, input, { ...context, signal });
  }

  /**
   * Every record the stream still holds, by shard and in the order of the sequence numbers.
   *
   * @throws ServiceError `ResourceNotFoundException` when there is no such stream
   */
  *records(streamName: string): Generator<InspectedRecord> {
    const stream = this.account.stream({ StreamName: streamName });
    stream.trim(this.account.clock.wallTime());
    for (const shard of stream.shards) {
      for (const { index, partitionKey, explicitHashKey, data, arrival } of shard.log.records()) {
        yield {
          shardId: shard.id,
          sequenceNumber: shard.sequenceNumbers.at(index),
          partitionKey,
          explicitHashKey,
          data,
          approximateArrivalTimestamp: new Date(arrival),
        };
      }
    }
  }

  /** The id of the shard a record with these keys goes to now; undefined when the keys or the stream are no good. */
  shardIdFor(streamName: string, partitionKey: string, explicitHashKey?: string): string | undefined {
    const stream = this.account.streams.get(streamName);
    if (stream === undefined || stream.openShards.length === 0) return undefined;
    if (explicitHashKey !== undefined && !isHashKey(explicitHashKey)) return undefined;
    return shardFor(stream, { PartitionKey: partitionKey, ExplicitHashKey: explicitHashKey }).id;
  }

  /** Cancels what the engine still has to do later. It must not be used after. */
  close(): void {
    this.account.close();
  }
}
