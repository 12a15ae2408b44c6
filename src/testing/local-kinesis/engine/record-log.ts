import { RecordChunk, type RecordChunkSnapshot } from './record-chunk.js';

/** A record as it is stored, with its index in the shard (from 1). */
export interface LoggedRecord {
  readonly index: number;
  readonly partitionKey: string;
  readonly explicitHashKey: string | undefined;
  readonly data: Uint8Array;
  readonly arrival: number;
}

/** A record log as a plain object. */
export interface RecordLogSnapshot {
  readonly oldest: number;
  readonly next: number;
  readonly chunks: readonly RecordChunkSnapshot[];
}

/** A shard's records in the order they were stored, without those that retention has passed. */
export class RecordLog {
  private readonly chunks: RecordChunk[] = [];
  private oldest = 1;
  private next = 1;
  private horizon = -Infinity;

  /** The index of the oldest record kept. */
  get oldestIndex(): number {
    return this.oldest;
  }

  /** The index the next record will get. */
  get nextIndex(): number {
    return this.next;
  }

  /** When the newest record kept arrived; 0 when there is none. */
  get lastArrival(): number {
    return this.chunks[this.chunks.length - 1]?.lastArrival ?? 0;
  }

  /** @returns the record's index */
  append(data: Uint8Array, partitionKey: string, arrival: number, explicitHashKey?: string): number {
    // The machine's clock may be set back; searching by time needs times that never fall.
    const time = Math.max(arrival, this.lastArrival);
    let chunk = this.chunks[this.chunks.length - 1];
    if (chunk === undefined || !chunk.hasRoomFor(data.length)) {
      chunk?.seal();
      chunk = new RecordChunk(this.next);
      this.chunks.push(chunk);
    }
    chunk.append(data, partitionKey, time, explicitHashKey);
    return this.next++;
  }

  /** Forgets the records that arrived before `horizon`. Amortised over the records it is constant. */
  trim(horizon: number): void {
    if (horizon === this.horizon) return;
    this.horizon = horizon;
    let dropped = 0;
    for (const chunk of this.chunks) {
      if (chunk.lastArrival >= horizon) {
        const first = Math.max(this.oldest, chunk.first);
        if (chunk.arrival(first - chunk.first) < horizon) this.oldest = chunk.first + chunk.offsetAt(horizon);
        else this.oldest = first;
        break;
      }
      dropped++;
      this.oldest = chunk.first + chunk.count;
    }
    if (dropped > 0) this.chunks.splice(0, dropped);
  }

  /** The index of the first record that arrived at `time` or later; the next index when there is none. */
  indexAt(time: number): number {
    const chunk = this.chunks[lowestWhere(this.chunks, (candidate) => candidate.lastArrival >= time)];
    return chunk === undefined ? this.next : Math.max(this.oldest, chunk.first + chunk.offsetAt(time));
  }

  /**
   * Visits records from `index` on, until `visit` has seen `limit` of them or their size (data plus partition key,
   * which counts as ASCII) would pass `maxBytes`; the first is always visited.
   *
   * @returns how many were visited, and their size
   */
  read(
    index: number,
    limit: number,
    maxBytes: number,
    visit: (index: number, data: Uint8Array, partitionKey: string, arrival: number) => void,
  ): { count: number; bytes: number } {
    let current = Math.max(index, this.oldest);
    let bytes = 0;
    let count = 0;
    let position = lowestWhere(this.chunks, (chunk) => chunk.first + chunk.count > current);
    for (let chunk = this.chunks[position]; chunk !== undefined; chunk = this.chunks[++position]) {
      const from = current - chunk.first;
      let to = from;
      for (; to < chunk.count && count < limit; to++, count++) {
        const size = chunk.end(to) - chunk.start(to) + chunk.partitionKey(to).length;
        if (bytes + size > maxBytes && count > 0) break;
        bytes += size;
      }
      visitRun(chunk, from, to, visit);
      current = chunk.first + to;
      if (to < chunk.count) break;
    }
    return { count, bytes };
  }

  /** Every record kept, oldest first. */
  *records(): Generator<LoggedRecord> {
    for (const chunk of this.chunks) {
      for (let offset = Math.max(0, this.oldest - chunk.first); offset < chunk.count; offset++) {
        yield {
          index: chunk.first + offset,
          partitionKey: chunk.partitionKey(offset),
          explicitHashKey: chunk.explicitHashKey(offset),
          data: chunk.copy(chunk.start(offset), chunk.end(offset)),
          arrival: chunk.arrival(offset),
        };
      }
    }
  }

  /** What the log holds, to be put back by {@link restore}. */
  snapshot(): RecordLogSnapshot {
    const chunks = this.chunks.map((chunk) => chunk.snapshot());
    return { oldest: this.oldest, next: this.next, chunks };
  }

  /** Fills an empty log. */
  restore({ oldest, next, chunks }: RecordLogSnapshot): void {
    this.oldest = oldest;
    this.next = next;
    this.chunks.push(...chunks.map((chunk) => RecordChunk.from(chunk)));
  }
}

/** One copy for the whole run and a view for each record: cheaper by far than a copy each. */
function visitRun(
  chunk: RecordChunk,
  from: number,
  to: number,
  visit: (index: number, data: Uint8Array, partitionKey: string, arrival: number) => void,
): void {
  if (from >= to) return;
  const base = chunk.start(from);
  const data = chunk.copy(base, chunk.end(to - 1));
  for (let offset = from; offset < to; offset++) {
    const start = chunk.start(offset);
    // Three times as fast as `subarray`.
    const bytes = new Uint8Array(data.buffer, start - base, chunk.end(offset) - start);
    visit(chunk.first + offset, bytes, chunk.partitionKey(offset), chunk.arrival(offset));
  }
}

/** The first position at which `holds`, which must not turn false again after it was true; else the length. */
function lowestWhere<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && holds(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}
