import { KinesisConfigurationError } from '../../errors.js';
import type { Clock } from '../../runtime/clock.js';
import { Deque } from '../../runtime/deque.js';
import { SystemClock } from '../../runtime/system-clock.js';
import type { Deduplicator } from './deduplicator.js';
import { DEFAULT_WINDOW, isWindow } from './window.js';

/** Options of {@link MemoryDeduplicator}. */
export interface MemoryDeduplicatorOptions {
  /**
   * How long a record is remembered, in milliseconds; 1 000 to 86 400 000.
   *
   * @defaultValue `600_000` (10 minutes)
   */
  window?: number;

  /**
   * The most records that are remembered, of all scopes together; then the one remembered longest ago is forgotten. 1 or
   * more. Each takes some 250 bytes.
   *
   * @defaultValue `100_000`
   */
  maxRecords?: number;

  /** For tests. */
  clock?: Clock;
}

/**
 * Remembers in this process: a restart forgets everything, and other replicas do not know. It helps where a shard comes
 * back to the same process: after a lease that was lost for a moment, or a batch that is given again as a whole.
 */
export class MemoryDeduplicator implements Deduplicator {
  private readonly window: number;
  private readonly maxRecords: number;
  private readonly clock: Clock;
  private readonly remembered = new Set<string>();
  /** The same, oldest first, with the time on the monotonic clock. */
  private readonly order = new Deque<{ readonly key: string; readonly at: number }>();

  /** @throws KinesisConfigurationError for options out of range */
  constructor(options: MemoryDeduplicatorOptions = {}) {
    const { window = DEFAULT_WINDOW, maxRecords = 100_000, clock = new SystemClock() } = options;
    if (!isWindow(window)) {
      throw new KinesisConfigurationError(
        'MemoryDeduplicator: option "window" must be a number of milliseconds from 1000 to 86400000.',
      );
    }
    if (!(maxRecords >= 1)) {
      throw new KinesisConfigurationError(
        'MemoryDeduplicator: option "maxRecords" must be a number of at least 1.',
      );
    }
    this.window = window;
    this.maxRecords = maxRecords;
    this.clock = clock;
  }

  async seen(scope: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    this.forgetOld();
    return new Set(ids.filter((id) => this.remembered.has(keyOf(scope, id))));
  }

  async remember(scope: string, ids: readonly string[]): Promise<void> {
    this.forgetOld();
    const at = this.clock.now();
    for (const id of ids) {
      const key = keyOf(scope, id);
      if (this.remembered.has(key)) continue;
      this.remembered.add(key);
      this.order.push({ key, at });
      if (this.order.length > this.maxRecords) this.forgetOldest();
    }
  }

  private forgetOld(): void {
    const oldest = this.clock.now() - this.window;
    while ((this.order.peek()?.at ?? Infinity) <= oldest) this.forgetOldest();
  }

  private forgetOldest(): void {
    const first = this.order.shift();
    if (first) this.remembered.delete(first.key);
  }
}

function keyOf(scope: string, id: string): string {
  return `${scope}\n${id}`;
}
