import type { KinesisEventListener, ShardPlace } from '../../observability/kinesis-event.js';
import type { InFlightRecord } from '../in-flight-record.js';
import type { Deduplicator } from './deduplicator.js';

/** Ids asked for in one call. */
const LOOK_AHEAD = 100;

export interface DeduplicationOptions {
  deduplicator: Deduplicator;
  /** The handler's name. */
  handler: string;
  place: ShardPlace;
  report: KinesisEventListener;
  /** The records that come behind one, as far as they are there. */
  following: (record: InFlightRecord, count: number) => readonly InFlightRecord[];
}

/**
 * What one handler of a shard has handled before. A memory that fails holds nothing up: it is reported, and records are
 * handled as if they had never been seen.
 */
export class Deduplication {
  private readonly scope: string;
  /** What the memory said of records; weakly, as not all of them are for this handler. */
  private readonly known = new WeakMap<InFlightRecord, boolean>();

  constructor(private readonly options: DeduplicationOptions) {
    this.scope = `${options.place.application}/${options.handler}`;
  }

  /** Those of the records that were not handled before, and those that were. */
  async part(
    records: readonly InFlightRecord[],
  ): Promise<{ fresh: readonly InFlightRecord[]; seen: readonly InFlightRecord[] }> {
    const unknown = records.filter((record) => !this.known.has(record));
    const last = unknown.at(-1);
    if (last) await this.ask([...unknown, ...this.options.following(last, LOOK_AHEAD - unknown.length)]);
    const seen = records.filter((record) => this.known.get(record));
    const fresh = records.filter((record) => !this.known.get(record));
    return { fresh, seen };
  }

  /** Remembers records that have just been handled. */
  async remember(records: readonly InFlightRecord[]): Promise<void> {
    if (records.length === 0) return;
    const { deduplicator } = this.options;
    await this.attempt(() =>
      deduplicator.remember(
        this.scope,
        records.map(({ id }) => id),
      ),
    );
  }

  private async ask(records: readonly InFlightRecord[]): Promise<void> {
    const { deduplicator } = this.options;
    const ids = records.map(({ id }) => id);
    // Of an app's own, also the answer may be of a kind that fails.
    const seen = await this.attempt(async () => new Set(await deduplicator.seen(this.scope, ids)));
    for (const record of records) this.known.set(record, seen?.has(record.id) ?? false);
  }

  private async attempt<T>(call: () => Promise<T>): Promise<T | undefined> {
    const { handler, place, report } = this.options;
    try {
      return await call();
    } catch (error) {
      report({ type: 'deduplicator-failed', handler, error, ...place });
      return undefined;
    }
  }
}
