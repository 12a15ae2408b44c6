import type { Aggregator, SealedRecord } from '../../../src/aggregators/aggregator.js';
import type { KinesisGateway, StreamRef } from '../../../src/client/kinesis-gateway.js';
import { decodeIterator } from '../../../src/testing/local-kinesis/engine/shard-iterator.js';
import { shardIdOf } from '../../../src/testing/local-kinesis/engine/shard.js';
import { LocalKinesisEngine } from '../../../src/testing/local-kinesis/engine/engine.js';
import { FaultInjector } from '../../../src/testing/local-kinesis/faults/fault-injector.js';
import type { FaultRule } from '../../../src/testing/local-kinesis/faults/fault-rule.js';
import { LocalKinesisGateway } from '../../../src/testing/local-kinesis/local-kinesis-gateway.js';
import { mergeShards, splitShard } from '../../../src/testing/local-kinesis/resharding.js';
import type { VirtualClock } from '../../../src/testing/virtual-clock.js';
import type { Dice } from '../dice.js';
import type { Payload, RecordLedger } from '../ledger/record-ledger.js';
import { RETENTION } from '../ledger/record-ledger.js';
import { short, type Trace } from '../trace.js';
import { type ServiceClock } from './service-clock.js';
import { bytesOf } from '../../../src/aggregators/serializers/utf8.js';

export const REF: StreamRef = { name: 'orders', streamName: 'orders' };

interface ListedShard {
  readonly ShardId: string;
  readonly ParentShardId?: string;
  readonly AdjacentParentShardId?: string;
}

interface PutOutput {
  readonly Records: readonly { readonly ShardId?: string; readonly SequenceNumber?: string }[];
}

export interface SimulatedStreamOptions {
  clock: VirtualClock;
  serviceClock: ServiceClock;
  dice: Dice;
  keys: number;
  records: RecordLedger;
  aggregator: Aggregator;
  trace: Trace | undefined;
}

/** The stream, what is put to it, and what is done to it. */
export class SimulatedStream {
  readonly gateway: KinesisGateway;
  readonly reshards = { split: 0, merge: 0 };
  private readonly engine: LocalKinesisEngine;
  private readonly faults: FaultInjector;
  private strays = 0;

  constructor(private readonly options: SimulatedStreamOptions) {
    const { serviceClock, dice } = options;
    this.engine = new LocalKinesisEngine({ clock: serviceClock, random: dice.random });
    this.faults = new FaultInjector(this.engine, { clock: serviceClock, random: dice.random });
    this.gateway = new LocalKinesisGateway(this.faults, serviceClock);
  }

  async create(shards: number): Promise<void> {
    await this.engine.execute('CreateStream', { StreamName: REF.streamName, ShardCount: shards });
    await this.noteShards();
  }

  /** Puts so many Kinesis records, some of them aggregates. */
  async put(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      if (this.options.dice.chance(0.7)) await this.putPlain();
      else await this.putAggregate();
    }
  }

  /** Splits or merges shards. Returns whether the service did. */
  async reshard(): Promise<boolean> {
    const { dice, trace } = this.options;
    const kind = dice.chance(0.5) ? 'split' : 'merge';
    const reshard = kind === 'split' ? splitShard : mergeShards;
    // The service, too, refuses to merge the last shard.
    const children = await reshard(this.engine, REF.streamName).catch(() => undefined);
    if (children === undefined) return false;
    trace?.line('aws', `${kind} into ${[children].flat().map(short).join(' and ')}`);
    this.reshards[kind]++;
    await this.noteShards();
    return true;
  }

  /** Almost all of retention passes at once: what was put so far is gone within `rest` milliseconds. */
  skipRetention(rest: number): void {
    this.options.trace?.line('aws', `retention passes: what there is goes in ${Math.round(rest)} ms`);
    this.options.serviceClock.skip(RETENTION - rest);
  }

  fail(what: string, rule: FaultRule): void {
    this.options.trace?.line('aws', `${what} for ${Math.round(rule.until ?? 0)} ms`);
    this.faults.add(rule);
  }

  heal(): void {
    this.faults.clear();
  }

  close(): void {
    this.engine.close();
  }

  /** The shard an iterator reads. */
  static shardOf(iterator: string): string | undefined {
    const state = decodeIterator(iterator);
    return state && shardIdOf(state.shardOrdinal);
  }

  private async putPlain(): Promise<void> {
    const payload = this.options.records.next(this.key());
    const data = bytesOf(this.options.aggregator.serialize(payload));
    await this.store({ data, partitionKey: payload.key, count: 1 }, [payload]);
  }

  /** An aggregate of keys of one shard; or of any, as one that was closed before a reshard and stored after it. */
  private async putAggregate(): Promise<void> {
    const { dice, records, aggregator } = this.options;
    const open = aggregator.packing?.open();
    if (!open) return;
    const stray = dice.chance(0.1);
    const first = stray ? `stray-${this.strays++}` : this.key();
    const shard = this.engine.shardIdFor(REF.streamName, first);
    const payloads: Payload[] = [];
    const taken = new Map<string, number>();
    const size = 2 + dice.below(6);
    for (let i = 0; i < size; i++) {
      const key = i === 0 ? first : stray ? `${first}-${i}` : this.key();
      if (!stray && this.engine.shardIdFor(REF.streamName, key) !== shard) continue;
      const ahead = taken.get(key) ?? 0;
      const payload = { key, n: records.next(key).n + ahead };
      taken.set(key, ahead + 1);
      payloads.push(payload);
      open.tryAdd({ data: bytesOf(aggregator.serialize(payload)), partitionKey: key }, 1_000_000);
    }
    for (const sealed of open.seal()) await this.store(sealed, payloads);
  }

  private async store(sealed: SealedRecord, payloads: readonly Payload[]): Promise<void> {
    const { records, serviceClock, trace } = this.options;
    const { data, partitionKey, explicitHashKey } = sealed;
    const entry = {
      Data: data,
      PartitionKey: partitionKey,
      ...(explicitHashKey === undefined ? {} : { ExplicitHashKey: explicitHashKey }),
    };
    const output = await this.engine.execute('PutRecords', { StreamName: REF.streamName, Records: [entry] });
    const [result] = (output as unknown as PutOutput).Records;
    // Beyond the shard's rate: as if it had not been put.
    if (result?.ShardId === undefined || result.SequenceNumber === undefined) return;
    records.onPut(result.ShardId, result.SequenceNumber, serviceClock.wallTime(), payloads);
    trace?.line(
      'aws',
      `put to ${short(result.ShardId)}: ${payloads.map(({ key, n }) => `${key}/${n}`).join(' ')}`,
    );
  }

  private key(): string {
    return `k${this.options.dice.below(this.options.keys)}`;
  }

  private async noteShards(): Promise<void> {
    const { Shards } = await this.engine.arrange('ListShards', { StreamName: REF.streamName });
    for (const { ShardId, ParentShardId, AdjacentParentShardId } of Shards as ListedShard[]) {
      const parents = [ParentShardId, AdjacentParentShardId].filter((parent) => parent !== undefined);
      this.options.records.addShard(ShardId, parents);
    }
  }
}
