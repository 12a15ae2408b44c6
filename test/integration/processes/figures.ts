import type { Lease } from '../../../src/checkpointers/checkpointer.js';
import type { HandlerEntry, JournalEntry } from './worker/journal.js';

const CAUSES = ['killed', 'frozen', 'told to stop', 'cut off with the store', 'handed off or lost'] as const;
type Cause = (typeof CAUSES)[number];

/** A shard that went on in another worker. */
interface Takeover {
  readonly cause: Cause;
  /** Milliseconds from when the store last showed its owner alive to the first handler of the next. */
  readonly silence: number;
}

interface Reader {
  readonly token: number;
  readonly worker: string;
}

/** How long things took: for people to read, since what they may take depends on the machine. */
export class Figures {
  private readonly takeovers: Takeover[] = [];
  private readonly replayAges: number[] = [];
  private readonly outages: number[] = [];
  private readonly readers = new Map<string, Reader>();
  private readonly fates = new Map<string, Map<string, number>>();
  private readonly moves = new Map<string, { counter: number; at: number }[]>();
  private readonly finished = new Map<string, HandlerEntry & { at: number }>();
  private readonly lost = new Set<string>();
  /** Shards that no handler has started for since the store came back. */
  private waiting = new Set<string>();
  private backAt = 0;

  observe(leases: readonly Lease[], at: number): void {
    for (const { shardId, counter } of leases) {
      const moves = this.moves.get(shardId) ?? [];
      this.moves.set(shardId, moves);
      if (moves.at(-1)?.counter !== counter) moves.push({ counter, at });
    }
  }

  enter(entry: JournalEntry): void {
    if (entry.event === 'start') this.onStart(entry);
    else if (entry.event === 'finish') this.finished.set(nameOf(entry), entry);
    else if (entry.event === 'lost') this.lost.add(leaseOf(entry));
    else if (entry.event === 'store back') {
      this.backAt = entry.at;
      this.waiting = new Set(this.readers.keys());
    } else if ('worker' in entry) {
      const fates = this.fates.get(entry.worker) ?? new Map<string, number>();
      this.fates.set(entry.worker, fates.set(entry.event, entry.at));
    }
  }

  /** One line for each kind of event. */
  lines({ bound, checkpointInterval }: { bound: number; checkpointInterval: number }): string[] {
    const takeovers = CAUSES.map((cause) => {
      const silences = this.takeovers.filter((each) => each.cause === cause).map((each) => each.silence);
      return `owner ${cause}: ${spread(silences)} from the last sign of life to the next owner's first handler`;
    });
    return [
      ...takeovers,
      `bound on owners killed: ${bound} ms`,
      `after the store came back: ${spread(this.outages)} to the first handler of a shard`,
      `replayed after a kill: ${spread(this.replayAges)} from when it was handled to the kill ` +
        `(checkpoints every ${checkpointInterval} ms)`,
    ];
  }

  private onStart(entry: HandlerEntry & { at: number }): void {
    const { shardId, fencingToken: token, worker, at } = entry;
    if (this.waiting.delete(shardId)) this.outages.push(at - this.backAt);
    const before = this.finished.get(nameOf(entry));
    const killedAt = before && this.fates.get(before.worker)?.get('killed');
    if (before && killedAt !== undefined && !this.lost.has(leaseOf(before)))
      this.replayAges.push(killedAt - before.at);

    const reader = this.readers.get(shardId);
    if (reader && reader.token >= token) return;
    this.readers.set(shardId, { token, worker });
    if (!reader) return;
    const lastMove = this.moves.get(shardId)?.findLast(({ counter }) => counter < token);
    if (!lastMove) return;
    const cause = lastMove.at < this.backAt ? 'cut off with the store' : this.causeOf(reader.worker);
    this.takeovers.push({ cause, silence: at - lastMove.at });
  }

  private causeOf(worker: string): Cause {
    const fates = this.fates.get(worker);
    if (fates?.has('killed')) return 'killed';
    if ((fates?.get('frozen') ?? 0) > (fates?.get('thawed') ?? 0)) return 'frozen';
    return fates?.has('told to stop') ? 'told to stop' : 'handed off or lost';
  }
}

function nameOf({ key, n }: HandlerEntry): string {
  return `${key}/${n}`;
}

function leaseOf({ shardId, fencingToken }: Pick<HandlerEntry, 'shardId' | 'fencingToken'>): string {
  return `${shardId}#${fencingToken}`;
}

function spread(values: readonly number[]): string {
  if (values.length === 0) return 'none';
  const sorted = [...values].sort((one, other) => one - other).map(Math.round);
  return `${sorted.length}, median ${sorted[sorted.length >> 1]} ms, at most ${sorted.at(-1)} ms`;
}
