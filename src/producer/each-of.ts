/** A list, or a stream of values. */
export type PutItems<T> = Iterable<T> | AsyncIterable<T>;

/**
 * Calls `take` for each item and its index: for the next one when what it returned has resolved. The items of a list are not
 * awaited, for that would cost as much as to queue them.
 *
 * @returns how many there were
 */
export async function eachOf<T>(
  items: PutItems<T>,
  take: (item: T, index: number) => Promise<void> | undefined,
): Promise<number> {
  let count = 0;
  if (isAsync(items)) {
    for await (const item of items) {
      await take(item, count++);
    }
    return count;
  }
  // A list by its indexes: an iterator makes an object for each item.
  if (Array.isArray(items)) {
    const list = items as readonly T[];
    while (count < list.length) {
      const wait = take(list[count] as T, count++);
      if (wait) await wait;
    }
    return count;
  }
  for (const item of items) {
    const wait = take(item, count++);
    if (wait) await wait;
  }
  return count;
}

function isAsync<T>(items: PutItems<T>): items is AsyncIterable<T> {
  return (items as Partial<AsyncIterable<T>>)[Symbol.asyncIterator] !== undefined;
}
