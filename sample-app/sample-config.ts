import type { Checkpointer, KinesisModuleOptions } from 'nestjs-kinesis';

/** Injection token of the sample's configuration. */
export const SAMPLE_CONFIG = Symbol('sample-config');

export interface SampleConfig {
  /** Where Kinesis is, and with which credentials. */
  client: NonNullable<KinesisModuleOptions['client']>;
  /** The physical stream behind the name `flights`. */
  streamName: string;
  /** The physical stream behind the name `flights-dead`. */
  deadLetterStreamName: string;
  checkpointer: Checkpointer;
  /** Which replay's flights count. */
  run: string;
}
