import type { Checkpointer, Lease, LeaseScope, NewLease } from '../../checkpointers/checkpointer.js';
import { UsageError } from '../command.js';
import type { Terminal } from '../terminal.js';
import { changesTo, describeChange } from './lease-changes.js';
import type { WriteMode } from './leases-arguments.js';
import { refuseLiveApplication } from './live-application.js';
import type { LeaseTarget } from './target.js';
import { openTarget } from './targets.js';
import { writeChanges } from './write-changes.js';

/** Opens what addresses name, for as long as `work` takes. */
export async function withTargets(
  addresses: readonly (readonly [address: string, scope: LeaseScope])[],
  work: (...targets: LeaseTarget[]) => Promise<void>,
): Promise<void> {
  const opened: LeaseTarget[] = [];
  try {
    for (const [address, scope] of addresses) opened.push(await openTarget(address, scope));
    await work(...opened);
  } finally {
    for (const target of opened) await target.close();
  }
}

/** The checkpointer of a target that leases can be written to. */
export function writable(target: LeaseTarget): Checkpointer {
  if (target.store) return target.store;
  throw new UsageError(`${target.label} can only be read from`);
}

/** Reads the leases of a scope that must have some. */
export async function leasesOf(target: LeaseTarget, scope: LeaseScope): Promise<Lease[]> {
  const leases = await target.list(scope);
  if (leases.length > 0) return leases;
  const { application, streamName } = scope;
  throw new Error(`${target.label} has no leases of application "${application}" on stream "${streamName}"`);
}

/**
 * Shows what differs, and makes it so if that was asked for and nobody works with the leases.
 *
 * @param source - where the wanted leases come from, as it was read: its application must have stopped, too
 */
export async function carryOut(
  terminal: Terminal,
  { write, force, sessionTimeout }: WriteMode,
  target: LeaseTarget,
  scope: LeaseScope,
  wanted: readonly NewLease[],
  source?: { readonly target: LeaseTarget; readonly scope: LeaseScope; readonly leases: readonly Lease[] },
): Promise<void> {
  const store = writable(target);
  const present = await target.list(scope);
  const changes = changesTo(wanted, present);
  for (const change of changes) terminal.stdout.write(`${describeChange(change)}\n`);
  const unchanged = wanted.length - changes.length;
  const beyond = present.filter((lease) => !wanted.some(({ shardId }) => shardId === lease.shardId)).length;
  const summary =
    `${changes.length} of ${wanted.length} leases to write to ${target.label}, ${unchanged} as they shall be` +
    (beyond === 0 ? '' : `, ${beyond} others left alone`);
  if (!write) {
    const owned = [...present, ...(source?.leases ?? [])].filter((lease) => lease.owner !== undefined).length;
    const note = owned === 0 ? '' : `; ${owned} leases have an owner, stop its workers first`;
    terminal.stdout.write(`dry run: ${summary}${note}; --write does it\n`);
    return;
  }
  if (!force) {
    if (source) await refuseLiveApplication(source.target, source.scope, source.leases, sessionTimeout);
    await refuseLiveApplication(target, scope, present, sessionTimeout);
  }
  await target.prepare?.();
  await writeChanges(store, scope, changes);
  await target.save?.();
  terminal.stdout.write(`written: ${summary.replace(' to write to ', ' written to ')}\n`);
}
