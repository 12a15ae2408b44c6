/**
 * Remembers which records were handled, so that a replay after a crash or a lost lease calls the handler once. A help,
 * and no promise of exactly once: who crashes between the end of the handler and `remember` handles the record again,
 * and what was remembered longer ago than the window, or evicted, is not known any more.
 */
export interface Deduplicator {
  /**
   * @param scope - whose memory it is: an application and a handler
   * @param ids - ids of user records
   * @returns those of them that were remembered
   */
  seen(scope: string, ids: readonly string[]): Promise<ReadonlySet<string>>;

  /** Remembers that these were handled. */
  remember(scope: string, ids: readonly string[]): Promise<void>;

  /** Called once, at shutdown. */
  close?(): Promise<void>;
}
