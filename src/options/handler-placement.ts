import { KinesisConfigurationError } from '../errors.js';
import { OptionReader } from './option-reader.js';
import { NAME, NAME_RULE } from './resolve-options.js';

/** Where a handler belongs; the part of the options of `@KinesisConsumer` that is about consumers, not records. */
export interface HandlerPlacementOptions {
  readonly connection?: string | undefined;
  readonly application?: string | undefined;
  readonly enabled?: boolean | (() => boolean) | undefined;
}

/** Undefined stands for the connection without a name, and for that connection's application. */
export interface HandlerPlacement {
  readonly connection: string | undefined;
  readonly application: string | undefined;
}

/**
 * Checks where a handler belongs.
 *
 * @param where - whose options these are, for messages
 * @returns undefined for a handler that is not enabled
 * @throws KinesisConfigurationError
 */
export function resolvePlacement(
  where: string,
  { connection, application, enabled }: HandlerPlacementOptions,
): HandlerPlacement | undefined {
  const reader = new OptionReader(where, { connection, application, enabled });
  if (!isEnabled(where, reader)) return undefined;
  return {
    connection: reader.optionalText('connection', NAME, NAME_RULE),
    application: reader.optionalText('application', NAME, NAME_RULE),
  };
}

function isEnabled(where: string, reader: OptionReader): boolean {
  const enabled = reader.checked<boolean | (() => unknown)>(
    'enabled',
    true,
    (value) => typeof value === 'boolean' || typeof value === 'function',
    'true, false or a function',
  );
  if (typeof enabled === 'boolean') return enabled;
  const answer = ask(where, enabled);
  if (typeof answer === 'boolean') return answer;
  throw new KinesisConfigurationError(
    `${where}: the function "enabled" must return true or false; it returned a value of type ${typeof answer}.`,
  );
}

function ask(where: string, enabled: () => unknown): unknown {
  try {
    return enabled();
  } catch (cause) {
    throw new KinesisConfigurationError(`${where}: the function "enabled" threw.`, { cause });
  }
}
