import { KinesisServiceError, StreamNotFoundError } from '../errors.js';
import type { KinesisGateway, StreamDescription, StreamRef } from './kinesis-gateway.js';

/** A stream, and what may be done to find it usable. */
export interface StreamTarget extends StreamRef {
  /** Create the stream with so many shards where it is missing. */
  readonly createShards?: number;
  /** Ask nothing about the stream: it is there, and takes records of the usual size. */
  readonly skipDescribe?: boolean;
}

/** What is needed to know before putting to a stream. */
export type UsableStream = Pick<StreamDescription, 'maxRecordBytes'>;

/** AWS limit: bytes of a record's data and partition key, unless the stream has been given more. */
const USUAL_RECORD_BYTES = 1024 * 1024;

/**
 * Looks whether a stream can be used, and creates it where it is missing and that was asked for.
 *
 * @throws KinesisError, `retryable` where a later try may find the stream usable: while it is being created, too
 */
export async function findUsable(
  stream: StreamTarget,
  gateway: KinesisGateway,
  signal: AbortSignal,
): Promise<UsableStream> {
  if (stream.skipDescribe) return { maxRecordBytes: USUAL_RECORD_BYTES };
  const description = await describeOrCreate(stream, gateway, signal);
  const { status } = description;
  if (status === 'ACTIVE' || status === 'UPDATING') return description;
  throw notUsable(stream, status);
}

async function describeOrCreate(
  stream: StreamTarget,
  gateway: KinesisGateway,
  signal: AbortSignal,
): Promise<StreamDescription> {
  try {
    return await gateway.describeStream(stream, signal);
  } catch (error) {
    if (stream.createShards === undefined || !(error instanceof StreamNotFoundError)) throw error;
  }
  try {
    await gateway.createStream(stream, stream.createShards, signal);
  } catch (error) {
    // Another replica was first.
    const exists = error instanceof KinesisServiceError && error.serviceCode === 'ResourceInUseException';
    if (!exists) throw error;
  }
  return gateway.describeStream(stream, signal);
}

function notUsable({ name }: StreamTarget, status: string): KinesisServiceError {
  return new KinesisServiceError(
    'ResourceInUseException',
    `Stream "${name}" is not usable: its status is ${status}.`,
    { retryable: status === 'CREATING' },
  );
}
