import type { DeadLetter } from './dead-letter.js';

/** Where dead letters go. While it fails, the shards that wait for it stand still: nothing is lost for its sake. */
export interface DeadLetterSink {
  /** For logs and error messages. */
  readonly name: string;

  /**
   * Resolves when all are stored for good; rejecting means none may be considered stored. Letters may come again, after
   * a rejection or a crash: a reader knows them by their `id`, `application` and `handler`.
   *
   * @param signal - aborts when nobody waits for the answer any more
   */
  send(letters: readonly DeadLetter[], signal: AbortSignal): Promise<void>;

  /** Called once, at shutdown, after the last `send`. */
  close?(): Promise<void>;
}
