import { KinesisError } from '../errors.js';

/**
 * The store of leases refused a write again and again although the lease is in this worker's name: it answers with what
 * is out of date. Tried again with the next heartbeat or checkpoint.
 */
export class LeaseConflictError extends KinesisError {
  constructor(readonly shardId: string) {
    super(
      'KINESIS_LEASE_CONFLICT',
      `The store refuses to write the lease of shard ${shardId}, and yet shows it as this worker's. ` +
        'Its reads are older than its writes: the checkpointer must read consistently.',
      { retryable: true },
    );
  }
}
