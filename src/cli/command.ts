import { type Terminal } from './terminal.js';

/** One command of `nestjs-kinesis`, in a file of its own. */
export interface Command {
  /** What `--help` shows. */
  readonly usage: string;

  /**
   * Runs until it is done or asked to stop.
   *
   * @throws UsageError for arguments it does not understand
   */
  run(args: readonly string[], terminal: Terminal): Promise<void>;
}

/** The arguments make no sense: the message says why, in one line. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
