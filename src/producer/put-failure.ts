import type { KinesisError } from '../errors.js';

/** A record that was put and failed for good. */
export interface PutFailure {
  /** The stream's name in the module's options. */
  readonly stream: string;
  readonly partitionKey: string;
  readonly explicitHashKey?: string;
  /** The record's bytes. */
  readonly data: Uint8Array;
  readonly error: KinesisError;
}
