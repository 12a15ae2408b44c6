/** A queue with cheap operations at both ends; its memory follows its length. */
export class Deque<T> {
  private items: (T | undefined)[] = [];
  private head = 0;

  get length(): number {
    return this.items.length - this.head;
  }

  push(item: T): void {
    this.items.push(item);
  }

  /** Puts `item` before the first one. */
  unshift(item: T): void {
    if (this.head > 0) {
      this.items[--this.head] = item;
    } else {
      this.items.unshift(item);
    }
  }

  peek(): T | undefined {
    return this.items[this.head];
  }

  shift(): T | undefined {
    if (this.head === this.items.length) return undefined;
    const item = this.items[this.head];
    this.items[this.head++] = undefined;
    // Dropping the dead half only once it outweighs the live one keeps shift() at constant cost.
    if (this.head > 64 && this.head * 2 > this.items.length) {
      const { items } = this;
      this.items = items.slice(this.head);
      // An array that has become old is kept for long when nobody needs it any more, and would keep all of these.
      items.fill(undefined, this.head);
      this.head = 0;
    }
    return item;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let i = this.head; i < this.items.length; i++) yield this.items[i] as T;
  }
}
