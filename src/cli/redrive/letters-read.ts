import type { DeadLetter } from '../../delivery/dead-letters/dead-letter.js';
import { decodeDeadLetter } from '../../delivery/dead-letters/dead-letter-codec.js';
import type { FoundLetter, LetterBatch } from './letter-source.js';

/** Letters of a batch at most, and its bytes as they were read: what is in memory at a time. */
const MAX_LETTERS = 500;
const MAX_BYTES = 8 * 1024 * 1024;

/** A batch that is filled with what was read. */
export class LettersRead implements LetterBatch {
  readonly letters: FoundLetter[] = [];
  readonly unreadable: string[] = [];
  redriven = 0;
  private bytes = 0;

  /** @param isRedriven - whether a letter is back in its stream already */
  constructor(private readonly isRedriven: (letter: DeadLetter) => boolean = () => false) {}

  get isFull(): boolean {
    return this.letters.length + this.unreadable.length >= MAX_LETTERS || this.bytes >= MAX_BYTES;
  }

  /** @param place - where it was, for messages */
  add(encoded: string | Uint8Array, place: string, receipt?: string): void {
    let letter: DeadLetter;
    try {
      letter = decodeDeadLetter(encoded);
    } catch (error) {
      this.unreadable.push(`${place}: ${(error as Error).message}`);
      return;
    }
    if (this.isRedriven(letter)) {
      this.redriven++;
      return;
    }
    this.letters.push({ letter, ...(receipt === undefined ? {} : { receipt }) });
    this.bytes += encoded.length;
  }
}
