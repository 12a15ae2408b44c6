import type { InFlightRecord } from './in-flight-record.js';

/** Records for which there is room at first; a power of two, as is every capacity. */
const INITIAL_CAPACITY = 64;

/** Room that stays when the ring is empty: that of the batches that are usual, so that it need not grow for each. */
const LASTING_CAPACITY = 4_096;

/**
 * Records by their indexes, which ascend one by one: added behind the last, taken from the first. A place is emptied when its
 * record is taken. An array that is cut off now and then, or that moves as it grows, would for long be kept by the collector
 * with what was in it, and all of its records with it.
 */
export class RecordRing {
  /** Index of the first record, or of the next one to be added. */
  first = 0;
  /** Index of the next record to be added. */
  next = 0;
  private places = newPlaces(INITIAL_CAPACITY);

  get length(): number {
    return this.next - this.first;
  }

  /** The record of an index, if it is here. */
  at(index: number): InFlightRecord | undefined {
    return index < this.first || index >= this.next
      ? undefined
      : this.places[index & (this.places.length - 1)];
  }

  /** Adds a record, whose index is {@link next}. */
  push(record: InFlightRecord): void {
    if (this.length === this.places.length) this.grow();
    this.places[this.next++ & (this.places.length - 1)] = record;
  }

  /** Takes the first record out. */
  shift(): void {
    this.places[this.first++ & (this.places.length - 1)] = undefined;
    if (this.length === 0 && this.places.length > LASTING_CAPACITY) this.places = newPlaces(INITIAL_CAPACITY);
  }

  private grow(): void {
    const { places } = this;
    const grown = newPlaces(places.length * 2);
    for (let index = this.first; index < this.next; index++)
      grown[index & (grown.length - 1)] = this.at(index);
    this.places = grown;
    places.fill(undefined);
  }
}

function newPlaces(capacity: number): (InFlightRecord | undefined)[] {
  return new Array<InFlightRecord | undefined>(capacity).fill(undefined);
}
