import { KinesisConfigurationError } from '../../errors.js';
import type { Clock } from '../../runtime/clock.js';
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
  /** When each was remembered, oldest first. */
  private readonly remembered = new Map<string, number>();

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
    const now = this.clock.now();
    for (const id of ids) {
      const key = keyOf(scope, id);
      // Anew at the end, where the youngest are.
      this.remembered.delete(key);
      this.remembered.set(key, now);
    }
    this.forgetOld();
  }

  private forgetOld(): void {
    const oldest = this.clock.now() - this.window;
    for (const [key, at] of this.remembered) {
      if (at > oldest && this.remembered.size <= this.maxRecords) return;
      this.remembered.delete(key);
    }
  }
}

function keyOf(scope: string, id: string): string {
  return `${scope}\n${id}`;
}
