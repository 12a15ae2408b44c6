import type {
  _Record,
  DescribeStreamSummaryOutput,
  GetRecordsOutput,
  GetShardIteratorInput,
  ListShardsInput,
  PutRecordsOutput,
  PutRecordsRequestEntry,
  Shard,
} from '@aws-sdk/client-kinesis';
import { recordsOf } from './get-records-answer.js';
import { LateEntry } from './late-entry.js';
import type {
  IteratorPosition,
  KinesisRecord,
  PutEntry,
  PutResult,
  RecordsPage,
  ShardDescription,
  StreamDescription,
  StreamRef,
} from './kinesis-gateway.js';

/** AWS limit: KiB of a record's data and partition key, unless the stream says otherwise (MaxRecordSizeInKiB). */
const DEFAULT_MAX_RECORD_KIB = 1024;

const HOUR = 3_600_000;

/** How the service is told which stream: by ARN if the app gave one, else by name, which every emulator accepts. */
export function streamAddress(stream: StreamRef): { StreamName?: string; StreamARN?: string } {
  return stream.streamArn === undefined ? { StreamName: stream.streamName } : { StreamARN: stream.streamArn };
}

export function toStreamDescription(
  stream: StreamRef,
  { StreamDescriptionSummary: summary }: DescribeStreamSummaryOutput,
  serviceTime: number,
): StreamDescription {
  return {
    streamName: summary?.StreamName ?? stream.streamName,
    streamArn: summary?.StreamARN ?? stream.streamArn ?? '',
    status: summary?.StreamStatus ?? 'ACTIVE',
    openShardCount: summary?.OpenShardCount ?? 0,
    createdAt: summary?.StreamCreationTimestamp?.getTime() ?? 0,
    retention: (summary?.RetentionPeriodHours ?? Infinity) * HOUR,
    maxRecordBytes: (summary?.MaxRecordSizeInKiB ?? DEFAULT_MAX_RECORD_KIB) * 1024,
    serviceTime,
  };
}

export function toShardDescription(shard: Shard): ShardDescription {
  return {
    shardId: shard.ShardId ?? '',
    parentShardIds: [shard.ParentShardId, shard.AdjacentParentShardId].filter((id) => id !== undefined),
    startingHashKey: BigInt(shard.HashKeyRange?.StartingHashKey ?? '0'),
    endingHashKey: BigInt(shard.HashKeyRange?.EndingHashKey ?? '0'),
    closed: shard.SequenceNumberRange?.EndingSequenceNumber !== undefined,
  };
}

export function toEntries(entries: readonly PutEntry[]): PutRecordsRequestEntry[] {
  return entries.map((entry) => {
    if (entry.movable) return new LateEntry(entry);
    const { data, partitionKey, explicitHashKey } = entry;
    return explicitHashKey === undefined
      ? { Data: data, PartitionKey: partitionKey }
      : { Data: data, PartitionKey: partitionKey, ExplicitHashKey: explicitHashKey };
  });
}

export function toPutResults(output: PutRecordsOutput): PutResult[] {
  // Emulators answer null for what is absent.
  return (output.Records ?? []).map((result) =>
    result.ErrorCode == null
      ? { ok: true, shardId: result.ShardId ?? '', sequenceNumber: result.SequenceNumber ?? '' }
      : { ok: false, errorCode: result.ErrorCode, errorMessage: result.ErrorMessage ?? '' },
  );
}

export function toListShardsInput(stream: StreamRef, openSince: number | undefined): ListShardsInput {
  const address = streamAddress(stream);
  if (openSince === undefined) return address;
  return { ...address, ShardFilter: { Type: 'FROM_TIMESTAMP', Timestamp: new Date(openSince) } };
}

export function toIteratorInput(
  stream: StreamRef,
  shardId: string,
  position: IteratorPosition,
): GetShardIteratorInput {
  return {
    ...streamAddress(stream),
    ShardId: shardId,
    ShardIteratorType: position.type,
    ...('sequenceNumber' in position ? { StartingSequenceNumber: position.sequenceNumber } : {}),
    ...('timestamp' in position ? { Timestamp: new Date(position.timestamp) } : {}),
  };
}

function toKinesisRecord(record: _Record): KinesisRecord {
  return {
    sequenceNumber: record.SequenceNumber ?? '',
    partitionKey: record.PartitionKey ?? '',
    data: record.Data ?? new Uint8Array(),
    arrivalTime: record.ApproximateArrivalTimestamp?.getTime() ?? 0,
  };
}

export function toRecordsPage(output: GetRecordsOutput): RecordsPage {
  return {
    ...(recordsOf(output) ?? { records: (output.Records ?? []).map(toKinesisRecord) }),
    // The service leaves it out at the end of a shard; emulators answer null or an empty text there, too.
    ...(output.NextShardIterator ? { nextIterator: output.NextShardIterator } : {}),
    millisBehindLatest: output.MillisBehindLatest ?? 0,
    childShards: (output.ChildShards ?? []).map((child) => ({
      shardId: child.ShardId ?? '',
      parentShardIds: child.ParentShards ?? [],
    })),
  };
}
