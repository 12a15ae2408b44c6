import type { Checkpointer } from '../checkpointers/checkpointer.js';
import { KinesisConfigurationError } from '../errors.js';
import type { ConsumerSettings } from '../scheduler/consumer-settings.js';

/** Milliseconds between renewals where neither the app nor its checkpointer says. */
const HEARTBEAT_FREQUENCY = 3_000;

/** The part of the settings that depends on where leases are kept. */
export type LeaseTimes = Pick<ConsumerSettings, 'sessionTimeout' | 'heartbeatFrequency'>;

/** What the app says of it. */
export interface LeaseTimeOptions {
  readonly sessionTimeout: number;
  /** Undefined where it leaves that to the checkpointer. */
  readonly heartbeatFrequency: number | undefined;
}

/**
 * How long leases last, and how often they are renewed: known when the checkpointer is, which may be a provider of the app.
 *
 * @throws KinesisConfigurationError for times at which leases would be lost
 */
export function resolveLeaseTimes(
  options: LeaseTimeOptions,
  checkpointer: Pick<Checkpointer, 'name' | 'heartbeatFrequency' | 'maxSessionTimeout'>,
): LeaseTimes {
  const { sessionTimeout } = options;
  const { name, maxSessionTimeout = Infinity } = checkpointer;
  const heartbeatFrequency =
    options.heartbeatFrequency ?? checkpointer.heartbeatFrequency ?? HEARTBEAT_FREQUENCY;
  if (sessionTimeout < 3 * heartbeatFrequency) {
    throw new KinesisConfigurationError(
      `consumer.sessionTimeout (${sessionTimeout}) must be at least three times consumer.heartbeatFrequency ` +
        `(${heartbeatFrequency}), or one lost renewal costs the lease.`,
    );
  }
  // Others would take leases that their owner here still takes for its own.
  if (sessionTimeout > maxSessionTimeout) {
    throw new KinesisConfigurationError(
      `consumer.sessionTimeout (${sessionTimeout}) must be at most ${maxSessionTimeout} with this checkpointer ` +
        `(${name}): after so long without a renewal, others that share its leases take them.`,
    );
  }
  return { sessionTimeout, heartbeatFrequency };
}
