/** How a kind of lease store behaves, for its workers. */
export interface StoreKind {
  readonly name: 'memory' | 'redis' | 'dynamodb';
  /** Milliseconds that a call takes, from and to. */
  readonly latency: readonly [number, number];
  /** Whether it tells workers of hand-offs. */
  readonly watch: boolean;
  /** Milliseconds between two looks at all leases; undefined for the default. */
  readonly listInterval: number | undefined;
  /** How old a row of `list` may be, in milliseconds. */
  readonly staleness: number;
}

export const STORE_KINDS: readonly StoreKind[] = [
  { name: 'memory', latency: [0, 0], watch: true, listInterval: undefined, staleness: 0 },
  { name: 'redis', latency: [0.2, 4], watch: true, listInterval: undefined, staleness: 0 },
  { name: 'dynamodb', latency: [3, 30], watch: false, listInterval: 20_000, staleness: 1_000 },
];
