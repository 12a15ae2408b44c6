/**
 * How long a shard must go on saying that it ends, without naming its children, in milliseconds, and how often. The
 * service names them; a passing fault does not, and believing it would lose records. Emulators that never name
 * children take this long at the end of a shard.
 */
const UNNAMED_END = { period: 10_000, answers: 5 };

/** Counts how often, and for how long, a shard has been saying without interruption that it ends. */
export class UnnamedEnd {
  private since: number | undefined;
  private answers = 0;

  /**
   * The shard said so at `now`, on the monotonic clock.
   *
   * @returns whether that has been long enough to look into it
   */
  said(now: number): boolean {
    this.since ??= now;
    this.answers++;
    return now - this.since >= UNNAMED_END.period && this.answers >= UNNAMED_END.answers;
  }

  /** It said something else, or nothing. */
  interrupted(): void {
    this.since = undefined;
    this.answers = 0;
  }
}
