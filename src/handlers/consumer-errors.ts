import { KinesisError } from '../errors.js';

/** A consumer that `KinesisConsumerRegistry` does not know by this name. */
export class UnknownConsumerError extends KinesisError {
  constructor(
    readonly consumer: string,
    known: readonly string[],
  ) {
    super(
      'KINESIS_UNKNOWN_CONSUMER',
      `There is no consumer "${consumer}" (there is: ${known.join(', ') || 'none'}). A consumer is named after its ` +
        'stream: "orders"; "eu/orders" on connection "eu"; "orders@audit" for a handler with application "audit".',
    );
  }
}

/** A consumer that is not started, or was stopped meanwhile. */
export class ConsumerStoppedError extends KinesisError {
  constructor(readonly consumer: string) {
    super(
      'KINESIS_CONSUMER_STOPPED',
      `Consumer "${consumer}" is stopped. Start it with KinesisConsumerRegistry.`,
    );
  }
}
