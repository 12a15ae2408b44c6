import type { Lease } from '../checkpointer.js';
import { KCL, OURS, type Row, number, numberOf, text, textOf } from './attributes.js';
import type { RowUpdate } from './row-update.js';

/** Who owns a row and who has asked for it, and how that is written. */
export interface Ownership {
  ownerOf(row: Row): string | undefined;
  handOffTo(row: Row): string | undefined;

  /** The condition that this worker owns the row; undefined: that nobody does. */
  isOwnedBy(update: RowUpdate, owner: string | undefined): string;

  setOwner(update: RowUpdate, worker: string): void;

  /** Writes, or takes back, the request for a lease that `owner` holds and `before` has asked for. */
  request(update: RowUpdate, owner: string, before: string | undefined, worker: string | undefined): void;

  /** Gives the row up: to who has asked for it, else to nobody. Applies only if that is still as it was seen. */
  release(update: RowUpdate, owner: string, handOffTo: string | undefined): void;
}

/**
 * As the KCL has it since 3.0: while a lease is handed off, `leaseOwner` is the next owner, and `checkpointOwner` the
 * present one, which goes on renewing and checkpointing until it removes itself.
 */
export const CHECKPOINT_OWNER: Ownership = {
  ownerOf: (row) => textOf(row, KCL.checkpointOwner) ?? textOf(row, KCL.leaseOwner),

  handOffTo: (row) =>
    textOf(row, KCL.checkpointOwner) === undefined ? undefined : textOf(row, KCL.leaseOwner),

  isOwnedBy(update, owner) {
    const steady = update.absent(KCL.checkpointOwner);
    if (owner === undefined) return `${steady} AND ${update.absent(KCL.leaseOwner)}`;
    const handingOff = update.equals(KCL.checkpointOwner, text(owner));
    return update.either(handingOff, `${steady} AND ${update.equals(KCL.leaseOwner, text(owner))}`);
  },

  setOwner(update, worker) {
    update.set(KCL.leaseOwner, text(worker)).remove(KCL.checkpointOwner, OURS.handOff);
  },

  request(update, owner, before, worker) {
    if (before === undefined) {
      update
        .where(update.absent(KCL.checkpointOwner), update.equals(KCL.leaseOwner, text(owner)))
        .set(KCL.checkpointOwner, text(owner));
    } else {
      update.where(
        update.equals(KCL.checkpointOwner, text(owner)),
        update.equals(KCL.leaseOwner, text(before)),
      );
    }
    update.set(KCL.leaseOwner, text(worker ?? owner));
    if (worker === undefined) update.remove(KCL.checkpointOwner);
  },

  release(update, owner, handOffTo) {
    if (handOffTo === undefined) {
      update
        .where(update.absent(KCL.checkpointOwner), update.equals(KCL.leaseOwner, text(owner)))
        .remove(KCL.leaseOwner);
    } else {
      update.where(update.equals(KCL.checkpointOwner, text(owner))).remove(KCL.checkpointOwner);
    }
  },
};

/** As a KCL 2.x understands it: `leaseOwner` owns the lease, and a request between workers of ours is ours alone. */
export const LEASE_OWNER_ONLY: Ownership = {
  ownerOf: (row) => textOf(row, KCL.leaseOwner),

  handOffTo(row) {
    const request = row[OURS.handOff]?.M ?? {};
    // A KCL that took the lease has left the request to the owner before it.
    return textOf(request, 'owner') === textOf(row, KCL.leaseOwner) ? textOf(request, 'to') : undefined;
  },

  isOwnedBy: (update, owner) =>
    owner === undefined ? update.absent(KCL.leaseOwner) : update.equals(KCL.leaseOwner, text(owner)),

  setOwner(update, worker) {
    update.set(KCL.leaseOwner, text(worker)).remove(KCL.checkpointOwner, OURS.handOff);
  },

  request(update, owner, before, worker) {
    update.where(update.equals(KCL.leaseOwner, text(owner)));
    update.where(requestIs(update, owner, before));
    if (worker === undefined) update.remove(OURS.handOff);
    else update.set(OURS.handOff, request(owner, worker));
  },

  release(update, owner, handOffTo) {
    update.where(update.equals(KCL.leaseOwner, text(owner)));
    update.where(requestIs(update, owner, handOffTo)).remove(OURS.handOff);
    if (handOffTo === undefined) update.remove(KCL.leaseOwner);
    else update.set(KCL.leaseOwner, text(handOffTo)).add(KCL.ownerSwitches, number(1));
  },
};

const request = (owner: string, to: string) => ({ M: { owner: text(owner), to: text(to) } });

function requestIs(update: RowUpdate, owner: string, to: string | undefined): string {
  const [asked, asker] = [`${OURS.handOff}.owner`, `${OURS.handOff}.to`];
  if (to !== undefined) return `${update.equals(asked, text(owner))} AND ${update.equals(asker, text(to))}`;
  return update.either(update.absent(OURS.handOff), update.differs(asked, text(owner)));
}

/** The session timeout the present owner has written; a KCL writes none, and leaves those of others behind. */
export function sessionTimeoutOf(row: Row, owner: string | undefined): number | undefined {
  const session = row[OURS.session]?.M;
  if (owner === undefined || !session || textOf(session, 'owner') !== owner) return undefined;
  return numberOf(session, 'timeout');
}

export function session(owner: string, timeout: number) {
  return { M: { owner: text(owner), timeout: number(timeout) } };
}

/** Whether the lease's owner is a worker of this package. */
export function isOurs(lease: Lease): boolean {
  return lease.sessionTimeout !== undefined;
}
