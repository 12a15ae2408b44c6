import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import {
  type Aggregator,
  JsonAggregator,
  JsonSerializer,
  type KinesisProducer,
  KplAggregator,
} from 'nestjs-kinesis';
import type { Target } from '../ratio.js';
import { createOurProducer } from '../our-producer.js';
import { createTunedClient } from '../producer/variants/sdk.js';
import { createItems } from '../producer/workload.js';

/** Holds records without an end in sight: the server does not answer. */
export interface Hoard {
  /** Takes in so many records more. */
  add(records: number): Promise<void>;
}

export interface HoardDescription {
  readonly name: string;
  readonly title: string;
  /** Of a record. */
  readonly bytes: number;
  /** Records until everything is there that is there but once: connections, compiled code, queues with some room. */
  readonly first: number;
  /** Records whose memory is measured. */
  readonly more: number;
  /** Times the payload. */
  readonly target?: Target;
  create(endpoint: string): Promise<Hoard>;
}

const DAY = 86_400_000;

/** Records of 20 in a request are 1 MB. */
const LARGE = 50_000;
const LARGE_PER_REQUEST = 20;
const REQUESTS = { first: 8, more: 24 };

interface FreshItem {
  readonly value: unknown;
  readonly partitionKey: string;
}

type Call = 'send' | 'sendMany';

/** Values and keys that nobody else holds: what is held of them is held by who was given them. */
function freshItems(bytes: number): () => FreshItem {
  const [template] = createItems(bytes);
  const text = JSON.stringify(template?.value);
  return () => ({ value: JSON.parse(text) as unknown, partitionKey: randomUUID() });
}

/** Who has called and awaits nothing yet has the promises in hand: one for each record, or one for many. */
class OurHoard implements Hoard {
  private readonly outcomes: Promise<unknown>[] = [];
  private readonly fresh: ReturnType<typeof freshItems>;
  private added = 0;

  constructor(
    private readonly producer: KinesisProducer,
    bytes: number,
    /** Records put at a stretch, as they would come for a request. */
    private readonly atOnce: number,
    private readonly call: Call,
  ) {
    this.fresh = freshItems(bytes);
  }

  async add(records: number): Promise<void> {
    for (let added = 0; added < records; added += this.atOnce) {
      const items = Array.from({ length: this.atOnce }, this.fresh);
      if (this.call === 'send') this.sendEach(items);
      else this.sendTogether(items);
      await delay(10);
    }
    this.added += records;
    while (this.producer.stats('bench').queuedRecords < this.added) await delay(10);
  }

  private sendEach(items: readonly FreshItem[]): void {
    for (const { value, partitionKey } of items) {
      this.outcomes.push(this.producer.send('bench', value, { partitionKey }));
    }
  }

  private sendTogether(items: readonly FreshItem[]): void {
    const values = items.map(({ value }) => value);
    this.outcomes.push(this.producer.sendMany('bench', values, (_, index) => items[index] ?? {}));
  }
}

/** @param maxInFlight - one for records that wait in the queue, many for records that do not */
function createHoard(
  endpoint: string,
  aggregator: Aggregator,
  {
    bytes,
    atOnce,
    maxInFlight,
    call = 'send',
  }: { bytes: number; atOnce: number; maxInFlight: number; call?: Call },
): Promise<Hoard> {
  const producer = {
    maxInFlight,
    maxQueueSize: 1_000_000,
    maxQueueBytes: 2 ** 30,
    bufferTime: 600_000,
    recordTtl: DAY,
    putRateLimitPerShard: Infinity,
    putBandwidthLimitPerShard: Infinity,
  };
  return createOurProducer(endpoint, { aggregator, producer }).then(
    (created) => new OurHoard(created, bytes, atOnce, call),
  );
}

function queued(name: string, title: string, aggregator: Aggregator, call: Call = 'send'): HoardDescription {
  const bytes = 200;
  return {
    name: `queued.${name}`,
    title: `queued record of 200 B with its outcome by \`${call}\`, ${title}`,
    bytes,
    first: 20_000,
    more: 100_000,
    target: { must: 2.5, aim: 2 },
    create: (endpoint) => createHoard(endpoint, aggregator, { bytes, atOnce: 1_000, maxInFlight: 1, call }),
  };
}

function inFlight(name: string, title: string, aggregator: Aggregator, bytes: number): HoardDescription {
  const perRequest = (LARGE * LARGE_PER_REQUEST) / bytes;
  return {
    name: `in-flight.${name}`,
    title: `request of 1 MB in flight, ${title}`,
    bytes,
    first: REQUESTS.first * perRequest,
    more: REQUESTS.more * perRequest,
    target: { must: 3.2, aim: 1.6 },
    create: (endpoint) => createHoard(endpoint, aggregator, { bytes, atOnce: perRequest, maxInFlight: 256 }),
  };
}

const SDK: HoardDescription = {
  name: 'in-flight.sdk',
  title: 'request of 1 MB in flight, SDK with kept connections, records of 50 KB',
  bytes: LARGE,
  first: REQUESTS.first * LARGE_PER_REQUEST,
  more: REQUESTS.more * LARGE_PER_REQUEST,
  create: async (endpoint) => {
    const client = createTunedClient({ http1: endpoint, http2: endpoint });
    const fresh = freshItems(LARGE);
    const outcomes: Promise<unknown>[] = [];
    return {
      add: async (records) => {
        for (let added = 0; added < records; added += LARGE_PER_REQUEST) {
          const Records = Array.from({ length: LARGE_PER_REQUEST }, () => {
            const { value, partitionKey } = fresh();
            return { Data: Buffer.from(JSON.stringify(value)), PartitionKey: partitionKey };
          });
          outcomes.push(client.send(new PutRecordsCommand({ StreamName: 'bench', Records })));
          await delay(10);
        }
      },
    };
  },
};

export const HOARDS: readonly HoardDescription[] = [
  queued('kpl', 'KPL aggregates', new KplAggregator(new JsonSerializer())),
  queued('json', 'no aggregation', new JsonAggregator()),
  queued('kpl-many', 'KPL aggregates', new KplAggregator(new JsonSerializer()), 'sendMany'),
  queued('json-many', 'no aggregation', new JsonAggregator(), 'sendMany'),
  inFlight('json', 'no aggregation, records of 50 KB', new JsonAggregator(), LARGE),
  inFlight('kpl', 'KPL aggregates, records of 200 B', new KplAggregator(new JsonSerializer()), 200),
  SDK,
];
