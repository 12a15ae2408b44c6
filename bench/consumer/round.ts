/** One round of a variant: user records are counted until the process has used up its share of processor time. */
export class Round {
  /** User records handled. */
  records = 0;
  /** The sum of a property of theirs: whoever has it has made objects of them. */
  checksum = 0;
  private readonly begin = process.cpuUsage();

  /** @param budget - processor time, in milliseconds */
  constructor(private readonly budget: number) {}

  /** What an app does with a record here. */
  handle(record: unknown): void {
    this.records++;
    this.checksum += (record as { total: number }).total;
  }

  get isOver(): boolean {
    return this.spent() >= this.budget;
  }

  /** Milliseconds of processor time since the beginning. */
  spent(): number {
    const { user, system } = process.cpuUsage(this.begin);
    return (user + system) / 1000;
  }
}
