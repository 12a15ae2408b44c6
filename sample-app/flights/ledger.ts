import { Injectable } from '@nestjs/common';
import type { Flight } from './flight.js';

export interface LedgerResult {
  put: number;
  /** Calls of the handler. */
  handled: number;
  lost: number;
  duplicates: number;
  /** Flights handled after a later one of their airport. */
  outOfOrder: number;
}

/**
 * Keeps account of every flight by its index in the file, in the handler itself: what Kinesis or the library say
 * they did does not count here.
 */
@Injectable()
export class Ledger {
  private readonly putIndexes = new Set<number>();
  private readonly handledIndexes = new Set<number>();
  private readonly lastIndex = new Map<string, number>();
  private handledCalls = 0;
  private outOfOrder = 0;

  put({ index }: Flight): void {
    this.putIndexes.add(index);
  }

  handled({ index, origin }: Flight): void {
    this.handledCalls++;
    if (this.handledIndexes.has(index)) return;
    this.handledIndexes.add(index);
    if (index < (this.lastIndex.get(origin) ?? -1)) this.outOfOrder++;
    else this.lastIndex.set(origin, index);
  }

  /** How many different flights have been handled. */
  get distinct(): number {
    return this.handledIndexes.size;
  }

  result(): LedgerResult {
    let lost = 0;
    for (const index of this.putIndexes) if (!this.handledIndexes.has(index)) lost++;
    return {
      put: this.putIndexes.size,
      handled: this.handledCalls,
      lost,
      duplicates: this.handledCalls - this.handledIndexes.size,
      outOfOrder: this.outOfOrder,
    };
  }
}

export function formatLedger({ put, handled, lost, duplicates, outOfOrder }: LedgerResult): string {
  return `ledger: put=${put} handled=${handled} lost=${lost} duplicates=${duplicates} out-of-order=${outOfOrder}`;
}

/** Whether everything put was handled once and in order. */
export function isExact(result: LedgerResult): boolean {
  return result.handled === result.put && result.lost + result.duplicates + result.outOfOrder === 0;
}
