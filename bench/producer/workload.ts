import { randomUUID } from 'node:crypto';

/** What the user of every variant has in hand: an object, and the key it belongs to. */
export interface Item {
  readonly value: object;
  readonly partitionKey: string;
}

const DISTINCT_VALUES = 1_000;
const DISTINCT_KEYS = 10_000;

/** Events whose JSON has exactly `bytes` bytes, each for a partition key of its own. */
export function createItems(bytes: number): Item[] {
  const values = Array.from({ length: DISTINCT_VALUES }, (_, index) => createEvent(index, bytes));
  return Array.from({ length: DISTINCT_KEYS }, (_, index) => ({
    value: values[(index * 7) % DISTINCT_VALUES] ?? {},
    partitionKey: randomUUID(),
  }));
}

function createEvent(index: number, bytes: number): object {
  const event = {
    id: `evt-${String(index).padStart(8, '0')}`,
    type: index % 3 === 0 ? 'order.created' : 'order.updated',
    timestamp: 1_763_884_800_000 + index * 137,
    customer: { id: 10_000 + index, country: 'DE' },
    total: Number((index * 1.37 + 5).toFixed(2)),
    paid: index % 2 === 0,
    note: '',
  };
  const words = 'left at the door, ask the neighbour on the second floor; ';
  const missing = bytes - JSON.stringify(event).length;
  return { ...event, note: words.repeat(Math.ceil(missing / words.length)).slice(0, missing) };
}

/** Hands out items until the process has used up its share of processor time. */
export class Supply {
  /** Items handed out. */
  taken = 0;
  private over = false;
  private checkAt = 0;
  private readonly begin = process.cpuUsage();

  /**
   * @param budget - processor time, in milliseconds
   * @param checkEvery - items between looks at the clock, which is a system call
   */
  constructor(
    private readonly items: readonly Item[],
    private readonly budget: number,
    private readonly checkEvery = 2_500,
  ) {}

  get isOver(): boolean {
    if (!this.over && this.taken >= this.checkAt) {
      this.checkAt = this.taken + this.checkEvery;
      this.over = this.spent() >= this.budget;
    }
    return this.over;
  }

  next(): Item {
    return this.items[this.taken++ % this.items.length] as Item;
  }

  /** So many items at once. */
  batch(count: number): Item[] {
    return Array.from({ length: count }, () => this.next());
  }

  /** Milliseconds of processor time since the beginning. */
  spent(): number {
    const { user, system } = process.cpuUsage(this.begin);
    return (user + system) / 1000;
  }
}
