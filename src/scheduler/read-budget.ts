import { abortReason, onAbort } from '../runtime/abort.js';

/** How much a read may bring, or has brought. */
export interface ReadSize {
  /** Bytes of data and partition keys. */
  readonly bytes: number;
  readonly records: number;
}

/** Room for one answer of GetRecords, and the right to ask for it now. */
export interface ReadReservation {
  /** The most records to ask for. */
  readonly records: number;
  /** The answer is there: its real size counts from now on, and another reader may ask. */
  settle(size: ReadSize): void;
  /** The answer has been delivered or dropped, or none came. A second call does nothing. */
  release(): void;
}

export interface ReadBudgetOptions {
  /** The most bytes of data and partition keys that all readers together hold. */
  maxBytes: number;
  /** The most records they hold. */
  maxRecords: number;
  /** The most calls of GetRecords under way at a time. */
  maxFetches: number;
}

export interface ReserveOptions {
  signal: AbortSignal;
  /** Whether this is reading ahead at present: asked again whenever there may be room. */
  ahead: () => boolean;
}

/**
 * Calls of GetRecords under way at a time: at 20 ms a call enough for more than 1 000 shards at one call a second, and
 * few enough for the bound below.
 */
export const MAX_FETCHES = 32;

/**
 * A read is content with this share of `maxRecords`, if there is no room for all it could bring: a few records that are
 * held for long must not keep all other shards from being read.
 */
const LEAST_SHARE = 0.1;

interface Waiter {
  readonly size: ReadSize;
  readonly ahead: () => boolean;
  readonly grant: (reservation: ReadReservation) => void;
}

/**
 * Bounds what all readers of a process hold together, from before GetRecords is called until the records have been
 * delivered. A reader reserves what the answer may be expected to hold at most; the answer's real size then takes the
 * reservation's place.
 *
 * The bound. Records never exceed `maxRecords`: what is reserved is the `Limit` of the call. Bytes cannot be limited in
 * the call, so an answer may be larger than its reservation (1 MiB at least); the excess is a debt that holds back every
 * later call. So the worst case is `maxBytes` plus `maxFetches` times 9 MiB, an answer being 10 MiB at most. It takes
 * `maxFetches` shards at their tips that each took in 10 MiB since a read a second ago, ten times what the
 * service lets a shard take in. Readers that are behind reserve the whole 10 MiB and have no excess.
 *
 * The order. Reservations are granted first come, first served: a large one is not overtaken by small ones. Only those
 * that read ahead of what is being delivered wait until less than half is used and nobody else waits.
 */
export class ReadBudget {
  private bytes = 0;
  private records = 0;
  private fetches = 0;
  /** In the order in which they came. */
  private readonly waiting = new Set<Waiter>();
  private readonly listeners = new Set<() => void>();
  private short = false;

  constructor(private readonly options: ReadBudgetOptions) {}

  /** Whether a read waits for room that only the delivery of records can make. */
  get isShort(): boolean {
    return this.short;
  }

  /** Calls `listener` each time that {@link isShort} comes to be true. @returns what ends that */
  onShort(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** What is reserved and held now. */
  get used(): ReadSize {
    return { bytes: this.bytes, records: this.records };
  }

  /**
   * Waits for room. More than all there is counts as all there is, so that every reservation can be met.
   *
   * @throws the reason of the signal, when it aborts
   */
  reserve(wanted: ReadSize, { signal, ahead }: ReserveOptions): Promise<ReadReservation> {
    const { maxBytes, maxRecords } = this.options;
    const size = { bytes: Math.min(wanted.bytes, maxBytes), records: Math.min(wanted.records, maxRecords) };
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(abortReason(signal));
        return;
      }
      const waiter: Waiter = {
        size,
        ahead,
        grant: (reservation) => {
          off();
          resolve(reservation);
        },
      };
      const off = onAbort(signal, () => {
        this.waiting.delete(waiter);
        reject(abortReason(signal));
        // It may have been the one for which the others had to wait.
        this.grantWaiting();
      });
      this.waiting.add(waiter);
      this.grantWaiting();
    });
  }

  private grantWaiting(): void {
    const isRefused = this.refusesOne();
    const isShort = isRefused && this.fetches < this.options.maxFetches;
    if (isShort === this.short) return;
    this.short = isShort;
    if (isShort) for (const listener of this.listeners) listener();
  }

  /** Grants what there is room for, in order. Returns whether a reader has to go on waiting. */
  private refusesOne(): boolean {
    for (const waiter of this.waiting) {
      if (waiter.ahead()) continue;
      if (!this.fits(waiter.size)) return true;
      this.grant(waiter);
    }
    for (const waiter of this.waiting) {
      if (!this.isHalfFree() || !this.fits(waiter.size)) return true;
      this.grant(waiter);
    }
    return false;
  }

  private grant(waiter: Waiter): void {
    this.waiting.delete(waiter);
    this.fetches++;
    const { bytes, records } = waiter.size;
    const granted = { bytes, records: Math.min(records, this.options.maxRecords - this.records) };
    this.add(granted);
    waiter.grant(this.reservation(granted));
  }

  private reservation(reserved: ReadSize): ReadReservation {
    let charged: ReadSize | undefined = reserved;
    let fetching = true;
    const charge = (size: ReadSize | undefined): void => {
      if (!charged) return;
      if (fetching) this.fetches--;
      fetching = false;
      this.add({ bytes: -charged.bytes, records: -charged.records });
      charged = size;
      if (size) this.add(size);
      this.grantWaiting();
    };
    return { records: reserved.records, settle: charge, release: () => charge(undefined) };
  }

  private add({ bytes, records }: ReadSize): void {
    this.bytes += bytes;
    this.records += records;
  }

  private fits({ bytes, records }: ReadSize): boolean {
    const { maxBytes, maxRecords, maxFetches } = this.options;
    const leastRecords = Math.min(records, Math.ceil(maxRecords * LEAST_SHARE));
    return (
      this.fetches < maxFetches && this.bytes + bytes <= maxBytes && this.records + leastRecords <= maxRecords
    );
  }

  private isHalfFree(): boolean {
    const { maxBytes, maxRecords } = this.options;
    return this.bytes < maxBytes / 2 && this.records < maxRecords / 2;
  }
}
