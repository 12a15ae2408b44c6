import { KinesisAbortedError } from '../errors.js';
import { createSharedAbort, untilAborted } from '../runtime/abort.js';
import { Deque } from '../runtime/deque.js';
import type { ReaderStatus, ShardRead, ShardReader } from './shard-reader.js';

/** What one shard may have read and not handed out: more than that is not read ahead. As the KCL's prefetcher has it. */
const MAX_BUFFERED = { pages: 4, bytes: 8 * 1024 * 1024, records: 30_000 };

/** Where the pages come from. */
export interface PageSource {
  /**
   * Waits for the next page; it may be empty.
   *
   * @param ahead - whether the page would be read ahead of one that is still being delivered
   */
  read(signal: AbortSignal, ahead: () => boolean): Promise<ShardRead>;
  readonly status: Omit<ReaderStatus, 'bufferedRecords' | 'bufferedBytes' | 'isDrained'>;
}

/** Reads a shard's next pages while the present one is being delivered, as far as the room for that goes. */
export class PrefetchingReader implements ShardReader {
  private readonly closing = createSharedAbort();
  private readonly buffered = new Deque<ShardRead>();
  private bufferedRecords = 0;
  private bufferedBytes = 0;
  /** Pages buffered, and handed out but not released. */
  private readonly held = new Set<ShardRead>();
  private reading: Promise<void> | undefined;
  /** Why no further page comes, for whoever reads beyond the last one. */
  private outcome: Error | undefined;
  private waiting: (() => void)[] = [];

  constructor(private readonly source: PageSource) {}

  get status(): ReaderStatus {
    const { bufferedRecords, bufferedBytes } = this;
    return { ...this.source.status, bufferedRecords, bufferedBytes, isDrained: this.held.size === 0 };
  }

  async read(signal: AbortSignal): Promise<ShardRead> {
    signal.throwIfAborted();
    if (!this.closing.signal.aborted) this.reading ??= this.readAhead();
    for (;;) {
      const page = this.take();
      if (page) return page;
      if (this.outcome) throw this.outcome;
      await untilAborted(this.change(), signal);
    }
  }

  close(): void {
    this.outcome = new KinesisAbortedError('The reader of this shard has been closed.');
    this.closing.abort(this.outcome);
    for (let page = this.take(); page; page = this.take()) page.release();
    this.changed();
  }

  private async readAhead(): Promise<void> {
    const { signal } = this.closing;
    try {
      for (;;) {
        while (this.isFull()) await untilAborted(this.change(), signal);
        const page = await this.source.read(signal, () => this.held.size > 0);
        // A page without records has nothing to deliver, and what it says of the tip is in the status.
        if (signal.aborted || (page.records.length === 0 && !page.ended)) page.release();
        else this.keep(page);
        if (signal.aborted) return;
        if (page.ended) {
          this.outcome = new KinesisAbortedError('The shard has ended; its records have all been read.');
          return;
        }
      }
    } catch (error) {
      // Once closed, the reader has an outcome already.
      this.outcome ??= error instanceof Error ? error : new Error('reading failed', { cause: error });
    } finally {
      this.changed();
    }
  }

  private keep(page: ShardRead): void {
    const held: ShardRead = {
      ...page,
      release: () => {
        // First this, so that the next page no longer counts as read ahead when the room is given to those who wait.
        this.held.delete(held);
        page.release();
      },
    };
    this.held.add(held);
    this.buffered.push(held);
    this.count(held, 1);
    this.changed();
  }

  private take(): ShardRead | undefined {
    const page = this.buffered.shift();
    if (!page) return undefined;
    this.count(page, -1);
    this.changed();
    return page;
  }

  private count({ records, bytes }: ShardRead, sign: 1 | -1): void {
    this.bufferedRecords += sign * records.length;
    this.bufferedBytes += sign * bytes;
  }

  private isFull(): boolean {
    return (
      this.buffered.length >= MAX_BUFFERED.pages ||
      this.bufferedBytes >= MAX_BUFFERED.bytes ||
      this.bufferedRecords >= MAX_BUFFERED.records
    );
  }

  /** Resolves when pages were added or taken, or no more will come. */
  private change(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private changed(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}
