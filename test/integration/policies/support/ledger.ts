import type { DeadLetterEnvelope, KinesisError } from 'nestjs-kinesis';

/** One call of a scripted handler. */
export interface LedgerCall {
  readonly numbers: readonly number[];
  readonly attempt: number;
}

/** A failed attempt, as the engine reports it. */
export interface LedgerFailure {
  readonly number: number | undefined;
  readonly attempt: number;
  readonly final: boolean;
  readonly code: string | undefined;
}

/** What became of each numbered record at one handler, in the order in which it did. */
export class Ledger {
  readonly calls: LedgerCall[] = [];
  readonly handled: number[] = [];
  readonly skipped: (number | undefined)[] = [];
  readonly halted: (number | undefined)[] = [];
  readonly delayed: (number | undefined)[] = [];
  readonly failures: LedgerFailure[] = [];
  /** As they came to the sink. */
  readonly letters: (Pick<DeadLetterEnvelope, 'attempts' | 'reason'> & {
    readonly number: number | undefined;
    readonly code: string | undefined;
  })[] = [];
  /** As the engine reported them. */
  readonly deadLettered: (number | undefined)[] = [];

  /** How many records were done with. */
  get count(): number {
    return this.handled.length + this.skipped.length + this.deadLettered.length;
  }

  /** Each record as often as it was done with, by number. */
  get settled(): (number | undefined)[] {
    return [...this.handled, ...this.skipped, ...this.deadLettered].sort((a = -1, b = -1) => a - b);
  }

  /** The attempts at a record, in order. */
  attemptsAt(number: number): number[] {
    return this.calls.filter(({ numbers }) => numbers.includes(number)).map(({ attempt }) => attempt);
  }
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? (error as KinesisError).code : undefined;
}

/** 0 to `count` - 1, without some. */
export function numbersTo(count: number, ...without: readonly number[]): number[] {
  return Array.from({ length: count }, (_, number) => number).filter((number) => !without.includes(number));
}
