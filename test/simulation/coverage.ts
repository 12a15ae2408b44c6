/** Everything that can go wrong in a history: over many seeds all of it must have. */
export const HAPPENINGS = [
  'crash',
  'cut from kinesis',
  'cut from the store',
  'cut from both',
  'freeze',
  'event loop block',
  'machine sleep',
  'wall clock jump',
  'graceful restart',
  'worker joins',
  'worker leaves',
  'split',
  'merge',
  'throttling',
  'expired iterator',
  'null iterator',
  'lost reply of kinesis',
  'stale list of shards',
  'failing kinesis',
  'slow kinesis',
  'troubled calls',
  'slow handlers',
  'records trimmed',
  'lease row deleted',
  'hand-off',
  'recovery timed',
  'balance timed',
  'pause',
  'partial failure',
  'record skipped',
  'dead letter',
] as const;

export type Happening = (typeof HAPPENINGS)[number];

/** How often what happened. */
export class Coverage {
  private readonly counts = new Map<Happening, number>();

  add(happening: Happening, count = 1): void {
    this.counts.set(happening, (this.counts.get(happening) ?? 0) + count);
  }

  of(happening: Happening): number {
    return this.counts.get(happening) ?? 0;
  }

  addAll(counts: Iterable<readonly [Happening, number]>): void {
    for (const [happening, count] of counts) this.add(happening, count);
  }

  entries(): (readonly [Happening, number])[] {
    return [...this.counts];
  }

  get missing(): Happening[] {
    return HAPPENINGS.filter((happening) => this.of(happening) === 0);
  }
}
