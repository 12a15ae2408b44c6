/*
 * Registered symbols: where a process holds the package as ESM and as CommonJS, both mean the same by them.
 */

/** Injection token of the {@link Checkpointer} that keeps leases and checkpoints. */
export const CHECKPOINTER = Symbol.for('nestjs-kinesis:checkpointer');

/** Injection token of the {@link Aggregator} that turns values into bytes and back. */
export const AGGREGATOR = Symbol.for('nestjs-kinesis:aggregator');

/** Injection token of the {@link DeadLetterSink} that takes the records no handler could handle. */
export const DEAD_LETTER_SINK = Symbol.for('nestjs-kinesis:dead-letter-sink');

/** Injection token of the {@link Deduplicator} that remembers which records were handled. */
export const DEDUPLICATOR = Symbol.for('nestjs-kinesis:deduplicator');

/** The connection of a `KinesisModule.forRoot` without a name. */
export const DEFAULT_CONNECTION = 'default';

/** Injection token of the name of the connection that a `KinesisModule` is. @internal */
export const CONNECTION_NAME = Symbol.for('nestjs-kinesis:connection-name');
