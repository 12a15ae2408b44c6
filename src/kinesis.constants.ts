/*
 * Registered symbols: where a process holds the package as ESM and as CommonJS, both mean the same by them.
 */

/** Injection token of the {@link Checkpointer} that keeps leases and checkpoints. */
export const CHECKPOINTER = Symbol.for('nestjs-kinesis:checkpointer');

/** Injection token of the {@link Aggregator} that turns values into bytes and back. */
export const AGGREGATOR = Symbol.for('nestjs-kinesis:aggregator');
