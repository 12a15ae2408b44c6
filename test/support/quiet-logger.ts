import type { LoggerService } from '@nestjs/common';

/** Keeps what is logged, for tests to look at, and prints nothing. */
export class QuietLogger implements LoggerService {
  readonly lines: { level: string; text: string }[] = [];

  log = (message: unknown): void => this.keep('log', message);
  warn = (message: unknown): void => this.keep('warn', message);
  error = (message: unknown): void => this.keep('error', message);
  debug = (message: unknown): void => this.keep('debug', message);
  verbose = (message: unknown): void => this.keep('verbose', message);
  fatal = (message: unknown): void => this.keep('fatal', message);

  texts(level: string): string[] {
    return this.lines.filter((line) => line.level === level).map((line) => line.text);
  }

  private keep(level: string, message: unknown): void {
    this.lines.push({ level, text: String(message) });
  }
}
