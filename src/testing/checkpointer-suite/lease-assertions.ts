import { deepStrictEqual } from 'node:assert';
import type { Checkpoint } from '../../checkpointers/checkpoint.js';
import type { Lease } from '../../checkpointers/checkpointer.js';

type PartOfLease = { readonly [Name in keyof Lease]?: Lease[Name] | undefined };

/** Fails unless both are the same lease, or none; a property that is undefined counts as absent. */
export function assertLease(actual: Lease | undefined, expected: Lease | undefined): void {
  deepStrictEqual(plain(actual), plain(expected));
}

/** Fails unless both hold the same leases, whatever their order. */
export function assertLeases(actual: readonly Lease[], expected: readonly Lease[]): void {
  deepStrictEqual(plain(sorted(actual)), plain(sorted(expected)));
}

/** Fails unless the lease has these properties; one that is undefined must be absent. */
export function assertPartOfLease(actual: Lease | undefined, expected: PartOfLease): void {
  const names = Object.keys(expected) as (keyof Lease)[];
  const part = Object.fromEntries(names.map((name) => [name, actual?.[name]]));
  deepStrictEqual(plain(part), plain(expected));
}

export function assertCheckpoint(actual: Checkpoint | undefined, expected: Checkpoint): void {
  deepStrictEqual(plain(actual), plain(expected));
}

function sorted(leases: readonly Lease[]): Lease[] {
  return [...leases].sort((a, b) => (a.shardId < b.shardId ? -1 : 1));
}

/** As data alone: test runners run modules in realms of their own, whose prototypes differ. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
