import { listen } from '../contest/listen.js';
import { PageTemplate, type Workload, WORKLOADS } from './pages.js';
import type { TapCommand, TapState } from './tap.js';

/**
 * A server process with streams that never end, named `<workload>.<variant>`. One gives records while its tap is open, and
 * lets readers wait while it is closed; that of a stream nobody has turned is open.
 */

const SHARDS = 16;
/** Readers give up what takes longer than 30 s. */
const LONGEST_WAIT = 10_000;

interface Input {
  StreamName?: string;
  StreamARN?: string;
  ShardId?: string;
  ShardIterator?: string;
  Limit?: number;
}

class Tap {
  private served = 0;
  private opening: { promise: Promise<void>; open: () => void } | undefined;

  /** Waits until it is open, but not for ever. */
  async opened(): Promise<boolean> {
    if (!this.opening) return true;
    const late = new Promise<void>((resolve) => setTimeout(resolve, LONGEST_WAIT).unref());
    await Promise.race([this.opening.promise, late]);
    return this.opening === undefined;
  }

  count(records: number): void {
    this.served += records;
  }

  turn(command: TapCommand): TapState {
    if (command === 'OpenTap') {
      this.opening?.open();
      this.opening = undefined;
    } else if (command === 'CloseTap' && !this.opening) {
      let open = (): void => undefined;
      const promise = new Promise<void>((resolve) => (open = resolve));
      this.opening = { promise, open };
    }
    return { served: this.served };
  }
}

const templates = new Map<string, PageTemplate>();
const taps = new Map<string, Tap>();

function templateOf(stream: string): PageTemplate {
  const workload = WORKLOADS.find((name) => stream.startsWith(name)) as Workload;
  const template = templates.get(workload) ?? PageTemplate.create(workload);
  templates.set(workload, template);
  return template;
}

function tapOf(stream: string): Tap {
  const tap = taps.get(stream) ?? new Tap();
  taps.set(stream, tap);
  return tap;
}

async function getRecords({ ShardIterator = '', Limit = 10_000 }: Input): Promise<Buffer> {
  const [stream = '', shard = '', page = '0'] = ShardIterator.split('/');
  const tap = tapOf(stream);
  const template = templateOf(stream);
  const limit = (await tap.opened()) ? Limit : 0;
  tap.count(template.count(limit) * template.userRecords);
  // As long as the service's own.
  const next = `${stream}/${shard}/${Number(page) + (limit === 0 ? 0 : 1)}/${'A'.repeat(180)}`;
  return template.page(Number(page), limit, next);
}

const SPACE = 2n ** 128n;

function shards(): object {
  return {
    Shards: Array.from({ length: SHARDS }, (_, index) => ({
      ShardId: shardId(index),
      HashKeyRange: {
        StartingHashKey: String((SPACE * BigInt(index)) / BigInt(SHARDS)),
        EndingHashKey: String((SPACE * BigInt(index + 1)) / BigInt(SHARDS) - 1n),
      },
      SequenceNumberRange: { StartingSequenceNumber: '1' },
    })),
  };
}

function shardId(index: number): string {
  return `shardId-${String(index).padStart(12, '0')}`;
}

function summary(StreamName: string): object {
  return {
    StreamDescriptionSummary: {
      StreamName,
      StreamARN: `arn:aws:kinesis:us-east-1:000000000000:stream/${StreamName}`,
      StreamStatus: 'ACTIVE',
      RetentionPeriodHours: 24,
      StreamCreationTimestamp: 1_763_884_800,
      EnhancedMonitoring: [],
      OpenShardCount: SHARDS,
    },
  };
}

await listen((operation, body) => {
  const input = JSON.parse(body.toString()) as Input;
  const stream = input.StreamName ?? input.StreamARN?.split('/').at(-1) ?? '';
  if (operation === 'GetRecords') return getRecords(input);
  if (operation === 'GetShardIterator') {
    return JSON.stringify({ ShardIterator: `${stream}/${input.ShardId}/0` });
  }
  if (operation === 'ListShards') return JSON.stringify(shards());
  if (operation === 'DescribeStreamSummary') return JSON.stringify(summary(stream));
  return JSON.stringify(tapOf(stream).turn(operation as TapCommand));
});
