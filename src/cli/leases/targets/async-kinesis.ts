import type { Lease } from '../../../checkpointers/checkpointer.js';
import { UsageError } from '../../command.js';
import { describeStream } from '../kinesis-stream.js';

/** async-kinesis' default `session_timeout`, in milliseconds; its rows do not tell. */
const SESSION_TIMEOUT = 60_000;

/** Later than any user record of the same Kinesis record: async-kinesis counts Kinesis records only. */
const WHOLE_RECORD = 2_147_483_647;

/** What async-kinesis keeps of a shard, in Redis as in DynamoDB. */
export interface AsyncKinesisRow {
  readonly shardId: string;
  /** Name and id of the consumer that has it. */
  readonly ref: string | null;
  /** Seconds since the Unix epoch, of the consumer's last sign of life. */
  readonly ts: number | null;
  /** The last record that was handled; none where nothing was yet. */
  readonly sequence: string | null;
}

/** The rows as leases: where nothing was handled yet, the shard starts at its oldest record, and nothing is lost. */
export function toLeases(rows: readonly AsyncKinesisRow[]): Lease[] {
  return rows.map(({ shardId, ref, ts, sequence }) => ({
    shardId,
    parentShardIds: [],
    ...(ref === null ? {} : { owner: ref, sessionTimeout: SESSION_TIMEOUT }),
    counter: ts ?? 0,
    checkpoint:
      sequence === null
        ? { type: 'TRIM_HORIZON' }
        : { type: 'SEQUENCE', sequenceNumber: sequence, subSequenceNumber: WHOLE_RECORD },
  }));
}

/**
 * The leases with what async-kinesis does not keep: the parents of each shard, without which a child would be read
 * before its parents are done, and when the stream was created.
 *
 * @param parents - `kinesis` asks the service, `none` does without
 */
export async function withParents(
  leases: readonly Lease[],
  streamName: string,
  parents: string,
): Promise<Lease[]> {
  if (parents === 'none' || leases.length === 0) return [...leases];
  if (parents !== 'kinesis') throw new UsageError(`parents must be kinesis or none, not "${parents}"`);
  const { shards, createdAt } = await describeStream(streamName).catch((cause: unknown) => {
    throw new Error(
      `async-kinesis does not keep the parents of shards, and Kinesis did not tell them: ${(cause as Error).message} ` +
        'Set AWS_REGION and credentials; or, where the stream was never split or merged, add parents=none to the address.',
      { cause },
    );
  });
  const leased = new Set(leases.map(({ shardId }) => shardId));
  const parentsOf = new Map(shards.map(({ shardId, parentShardIds }) => [shardId, parentShardIds]));
  return leases.map((lease) => ({
    ...lease,
    parentShardIds: (parentsOf.get(lease.shardId) ?? []).filter((parent) => leased.has(parent)),
    streamCreatedAt: createdAt,
  }));
}
