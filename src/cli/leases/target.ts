import type { Checkpointer, Lease, LeaseScope } from '../../checkpointers/checkpointer.js';

/** Somewhere leases are, opened. */
export interface LeaseTarget {
  /** For messages: without credentials. */
  readonly label: string;
  list(scope: LeaseScope): Promise<Lease[]>;
  /** Absent where leases can only be read. */
  readonly store?: Checkpointer;
  /** Makes `store` ready to be written to; to open it and to list its leases changes nothing. */
  prepare?(): Promise<void>;
  /** Keeps what was written to `store`, where that is not the store itself. */
  save?(): Promise<void>;
  close(): Promise<void>;
}

/** Opens what an address names, for the leases of one scope. */
export type OpenTarget = (address: string, scope: LeaseScope) => Promise<LeaseTarget>;
