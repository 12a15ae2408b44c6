import { compareSequenceNumbers } from '../checkpointers/checkpoint.js';
import { Deque } from '../runtime/deque.js';

/** A user record's place in its shard. */
export interface Position {
  readonly sequenceNumber: string;
  /** Index of the user record in its aggregate; 0 for a plain record. */
  readonly subSequenceNumber: number;
}

/** Order of positions in a shard. */
export function comparePositions(a: Position, b: Position): number {
  return (
    compareSequenceNumbers(a.sequenceNumber, b.sequenceNumber) || a.subSequenceNumber - b.subSequenceNumber
  );
}

/** A record that was delivered, and whether it is finished. */
export interface Delivery {
  readonly position: Position;
  finished: boolean;
}

/**
 * The highest position such that it and all before it are finished: what may be checkpointed. Records begin in the
 * order of the shard and may finish in any.
 */
export class Watermark {
  private readonly open = new Deque<Delivery>();
  private highest: Position | undefined;

  /** The position up to which everything that began is finished; undefined while the first is not. */
  get position(): Position | undefined {
    return this.highest;
  }

  /** How many records have begun beyond the watermark. */
  get unfinished(): number {
    return this.open.length;
  }

  /** Forgets what has begun and not finished: it will begin again. */
  forgetUnfinished(): void {
    while (this.open.length > 0) this.open.shift();
  }

  begin(position: Position): Delivery {
    const delivery: Delivery = { position, finished: false };
    this.open.push(delivery);
    return delivery;
  }

  finish(delivery: Delivery): void {
    delivery.finished = true;
    for (let first = this.open.peek(); first?.finished; first = this.open.peek()) {
      this.highest = first.position;
      this.open.shift();
    }
  }
}
