/** Milliseconds for which a record is remembered unless told otherwise: longer than a lease takes to change hands. */
export const DEFAULT_WINDOW = 600_000;

export function isWindow(window: number): boolean {
  return window >= 1_000 && window <= 86_400_000;
}
