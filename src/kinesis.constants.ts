/** Injection token of the {@link Checkpointer} that keeps leases and checkpoints. */
export const CHECKPOINTER = Symbol('nestjs-kinesis:checkpointer');

/** Injection token of the {@link Aggregator} that turns values into bytes and back. */
export const AGGREGATOR = Symbol('nestjs-kinesis:aggregator');
