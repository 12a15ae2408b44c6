import type { Checkpoint } from '../../checkpointers/checkpoint.js';
import type { LeaseScope, NewLease } from '../../checkpointers/checkpointer.js';

/**
 * A file of leases is JSON lines: the first says what it is, each other is one lease with its application and stream,
 * so that files can be sorted, filtered and put together with the tools of the shell.
 */
const HEADER = { format: 'nestjs-kinesis leases', version: 1 };

export interface FiledLease extends NewLease {
  readonly application: string;
  readonly stream: string;
}

export function serializeLeaseFile(leases: readonly FiledLease[]): string {
  const lines = [HEADER, ...leases].map((line) => JSON.stringify(line));
  return `${lines.join('\n')}\n`;
}

export function filedLease(scope: LeaseScope, lease: NewLease): FiledLease {
  const { shardId, parentShardIds, checkpoint, streamCreatedAt } = lease;
  return {
    application: scope.application,
    stream: scope.streamName,
    shardId,
    checkpoint,
    parentShardIds,
    ...(streamCreatedAt === undefined ? {} : { streamCreatedAt }),
  };
}

/** @throws Error that names the line, also where a shard comes twice: nobody could say which of its positions counts */
export function parseLeaseFile(text: string): FiledLease[] {
  const lines = text.split('\n').map((line) => line.trim());
  const [header = '', ...rest] = lines;
  const { format, version } = (parsed(header, 1) ?? {}) as Partial<typeof HEADER>;
  if (format !== HEADER.format) throw new Error('it is no file of leases: its first line does not say so');
  if (version !== HEADER.version)
    throw new Error(`it is of version ${version}, which this package does not know`);
  const lineOf = new Map<string, number>();
  return rest.flatMap((line, i) => {
    // Files that were put together have the first line several times.
    if (line === '' || line === header) return [];
    const lease = parsed(line, i + 2);
    if (!isFiledLease(lease)) throw new Error(`line ${i + 2} is no lease`);
    const { application, stream, shardId } = lease;
    const name = JSON.stringify([application, stream, shardId]);
    const before = lineOf.get(name);
    if (before !== undefined) {
      throw new Error(`lines ${before} and ${i + 2} are both of ${shardId}: remove one of them`);
    }
    lineOf.set(name, i + 2);
    return [filedLease({ application, streamName: stream }, lease)];
  });
}

function parsed(line: string, number: number): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    throw new Error(`line ${number} is no JSON`);
  }
}

function isFiledLease(value: unknown): value is FiledLease {
  const { application, stream, shardId, parentShardIds, checkpoint, streamCreatedAt } = (value ??
    {}) as Partial<FiledLease>;
  return (
    [application, stream, shardId].every((name) => typeof name === 'string' && name !== '') &&
    Array.isArray(parentShardIds) &&
    parentShardIds.every((parent) => typeof parent === 'string') &&
    (streamCreatedAt === undefined || typeof streamCreatedAt === 'number') &&
    isCheckpoint(checkpoint)
  );
}

function isCheckpoint(value: unknown): value is Checkpoint {
  const { type, ...position } = (value ?? {}) as Partial<Record<string, unknown>>;
  if (type === 'TRIM_HORIZON' || type === 'SHARD_END') return true;
  if (type === 'AT_TIMESTAMP') return typeof position.timestamp === 'number';
  return (
    type === 'SEQUENCE' &&
    typeof position.sequenceNumber === 'string' &&
    /^\d+$/.test(position.sequenceNumber) &&
    Number.isSafeInteger(position.subSequenceNumber)
  );
}
