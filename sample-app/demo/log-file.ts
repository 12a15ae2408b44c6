import { appendFileSync, rmSync } from 'node:fs';
import { inspect } from 'node:util';
import { ConsoleLogger } from '@nestjs/common';

/**
 * The app's log in a file: a dead letter is an error in it, as it should be, and the demo makes dozens of them on
 * purpose. What comes at once on the terminal is the demo's own.
 */
export class LogFile extends ConsoleLogger {
  private lines = 0;

  constructor(readonly path: string) {
    super({ logLevels: ['fatal', 'error', 'warn'], colors: false });
    rmSync(path, { force: true });
  }

  /** How many messages there are in it. */
  get messages(): number {
    return this.lines;
  }

  protected override printMessages(messages: unknown[], context = '', logLevel: string = 'log'): void {
    for (const message of messages) {
      this.lines++;
      const text = typeof message === 'string' ? message : inspect(message);
      appendFileSync(this.path, `${new Date().toISOString()} ${logLevel} [${context}] ${text}\n`);
    }
  }

  protected override printStackTrace(stack: string): void {
    if (stack) appendFileSync(this.path, `${stack}\n`);
  }
}
