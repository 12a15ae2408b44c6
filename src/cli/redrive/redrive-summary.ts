import type { FoundLetter } from './letter-source.js';

/** What a run came to, for people. */
export class RedriveSummary {
  /** Not meant. */
  others = 0;
  /** Put back by an earlier run. */
  redriven = 0;
  /** Letters that were there twice. */
  again = 0;
  unreadable = 0;
  private count = 0;
  private readonly groups = new Map<string, number>();

  /** Letters that were put back, or would have been. */
  add(letters: readonly FoundLetter[], target: string): void {
    this.count += letters.length;
    for (const { letter } of letters) {
      const { handler, error } = letter;
      const group = `${handler}  ${error.code ?? error.name}  to ${target}`;
      this.groups.set(group, (this.groups.get(group) ?? 0) + 1);
    }
  }

  text(source: string, written: boolean): string {
    const lines = [...this.groups].map(([group, count]) => `${String(count).padStart(8)}  ${group}`);
    const beside = [
      [this.others, 'not meant'],
      [this.redriven, 'put back before'],
      [this.again, 'there twice'],
      [this.unreadable, 'unreadable'],
    ] as const;
    const rest = beside.filter(([count]) => count > 0).map(([count, what]) => `, ${count} ${what}`);
    const letters = `${this.count} letters of ${source}`;
    const summary = written
      ? `put back: ${letters}${rest.join('')}`
      : `dry run: ${letters} to put back${rest.join('')}; --write does it`;
    return [...lines, summary, ''].join('\n');
  }
}
