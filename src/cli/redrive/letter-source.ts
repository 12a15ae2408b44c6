import type { DeadLetter } from '../../delivery/dead-letters/dead-letter.js';

export interface FoundLetter {
  readonly letter: DeadLetter;
  /** By which a queue knows the message again. */
  readonly receipt?: string;
}

/** Letters in the order in which they were sent. */
export interface LetterBatch {
  readonly letters: readonly FoundLetter[];
  /** How many were passed over, since they are back in their stream. */
  readonly redriven: number;
  /** What is no letter: where it is, and why. */
  readonly unreadable: readonly string[];
}

/** Somewhere dead letters are, opened. */
export interface LetterSource {
  /** For messages. */
  readonly label: string;

  /** The letters that were there when it was opened, and maybe later ones. */
  batches(signal: AbortSignal): AsyncIterable<LetterBatch>;

  /** These are back in their stream: when it resolves, the source will not give them again. */
  done(letters: readonly FoundLetter[]): Promise<void>;

  close(): Promise<void>;
}
