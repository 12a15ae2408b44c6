/** What must not be missing from an answer. */
export function defined<T>(value: T | null | undefined): T {
  if (value === undefined || value === null) throw new Error('the answer lacks a value it must have');
  return value;
}
