import { abortReason, onAbort } from '../runtime/abort.js';
import { Deque } from '../runtime/deque.js';

interface Waiter {
  readonly size: number;
  readonly admit: () => void;
  readonly refuse: (reason: Error) => void;
  gone: boolean;
}

/**
 * The bound of the producer's queue, by count and by bytes. Who finds no room waits, first come, first served. One
 * record larger than all the bytes is admitted when the queue is empty.
 */
export class QueueRoom {
  private records = 0;
  private bytes = 0;
  private readonly waiters = new Deque<Waiter>();

  constructor(
    private readonly maxRecords: number,
    private readonly maxBytes: number,
  ) {}

  get queuedRecords(): number {
    return this.records;
  }

  get queuedBytes(): number {
    return this.bytes;
  }

  /** Takes room at once if there is some and nobody waits; returns whether it did. */
  tryEnter(size: number): boolean {
    if (this.waiters.length > 0 || !this.fits(size)) return false;
    this.take(size);
    return true;
  }

  /** Takes room as soon as there is some; `admitted` then runs at once, before anybody else's. */
  enter(size: number, signal: AbortSignal | undefined, admitted: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        size,
        gone: false,
        admit: () => {
          off();
          admitted();
          resolve();
        },
        refuse: (reason) => {
          off();
          reject(reason);
        },
      };
      const off = onAbort(signal, () => {
        waiter.gone = true;
        if (signal) reject(abortReason(signal));
        this.admitWaiters();
      });
      if (!waiter.gone) this.waiters.push(waiter);
      this.admitWaiters();
    });
  }

  /** Ends the wait of all who wait. */
  refuseWaiters(reason: Error): void {
    for (let first = this.waiters.shift(); first; first = this.waiters.shift()) {
      if (!first.gone) first.refuse(reason);
    }
  }

  /** Frees the room of so many records, of so many bytes together. */
  leave(records: number, bytes: number): void {
    this.records -= records;
    this.bytes -= bytes;
    this.admitWaiters();
  }

  private admitWaiters(): void {
    for (let first = this.waiters.peek(); first; first = this.waiters.peek()) {
      if (!first.gone && !this.fits(first.size)) return;
      this.waiters.shift();
      if (first.gone) continue;
      this.take(first.size);
      first.admit();
    }
  }

  private take(size: number): void {
    this.records++;
    this.bytes += size;
  }

  private fits(size: number): boolean {
    if (this.records === 0) return true;
    return this.records < this.maxRecords && this.bytes + size <= this.maxBytes;
  }
}
