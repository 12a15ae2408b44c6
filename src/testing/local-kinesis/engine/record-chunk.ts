/** Most records of one chunk. */
const MAX_RECORDS = 4096;
/** A chunk takes no further record once it holds this many bytes. */
const MAX_BYTES = 1024 * 1024;
const FIRST_CAPACITY = 2048;

/**
 * A run of consecutive records of one shard. Their data lies end to end in one buffer that doubles as it fills, so
 * a record costs its data (and at most as much again in a chunk still growing), its partition key and three array
 * slots: about 70 bytes beside the data for a key of 10 characters.
 */
export class RecordChunk {
  private data = new Uint8Array(FIRST_CAPACITY);
  private used = 0;
  /** Where each record's data ends. */
  private readonly ends: number[] = [];
  private readonly keys: string[] = [];
  private readonly arrivals: number[] = [];
  /** Few producers send explicit hash keys, so they are kept apart. */
  private hashKeys: Map<number, string> | undefined;

  /** @param first - the index, in the shard, of the chunk's first record */
  constructor(readonly first: number) {}

  get count(): number {
    return this.ends.length;
  }

  get full(): boolean {
    return this.ends.length >= MAX_RECORDS || this.used >= MAX_BYTES;
  }

  get lastArrival(): number {
    return this.arrivals[this.arrivals.length - 1] ?? 0;
  }

  append(data: Uint8Array, partitionKey: string, arrival: number, explicitHashKey: string | undefined): void {
    const end = this.used + data.length;
    if (end > this.data.length) this.grow(end);
    this.data.set(data, this.used);
    if (explicitHashKey !== undefined)
      (this.hashKeys ??= new Map<number, string>()).set(this.count, explicitHashKey);
    this.used = end;
    this.ends.push(end);
    this.keys.push(partitionKey);
    this.arrivals.push(arrival);
  }

  /** When the record at `offset` in this chunk arrived, in milliseconds since the Unix epoch. */
  arrival(offset: number): number {
    return this.arrivals[offset] ?? 0;
  }

  partitionKey(offset: number): string {
    return this.keys[offset] ?? '';
  }

  explicitHashKey(offset: number): string | undefined {
    return this.hashKeys?.get(offset);
  }

  /** Where, in the chunk's data, the record at `offset` starts. */
  start(offset: number): number {
    return offset === 0 ? 0 : (this.ends[offset - 1] ?? 0);
  }

  end(offset: number): number {
    return this.ends[offset] ?? 0;
  }

  /** A copy of a range of the chunk's data: what a reader does to it must not reach the store. */
  copy(start: number, end: number): Uint8Array {
    return this.data.slice(start, end);
  }

  /** The first record that arrived at `time` or later; the count when there is none. */
  offsetAt(time: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.arrival(middle) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private grow(needed: number): void {
    const grown = new Uint8Array(Math.max(needed, this.data.length * 2));
    grown.set(this.data.subarray(0, this.used));
    this.data = grown;
  }
}
