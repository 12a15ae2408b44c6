import type { Checkpointer, Lease, LeaseScope } from '../checkpointers/checkpointer.js';

interface Renewal {
  readonly lease: Lease;
  resolve(written: Lease | undefined): void;
  reject(error: unknown): void;
}

/** Renewals of many leases, sent to the store as one heartbeat. */
export class RenewalBatch {
  private readonly renewals: Renewal[] = [];

  constructor(
    private readonly checkpointer: Checkpointer,
    private readonly scope: LeaseScope,
  ) {}

  /** Joins the heartbeat; settles once it is {@link send}'s turn and the store has answered. */
  readonly renew = (lease: Lease): Promise<Lease | undefined> =>
    new Promise((resolve, reject) => this.renewals.push({ lease, resolve, reject }));

  /** Never rejects: those who joined are told. */
  async send(): Promise<void> {
    if (this.renewals.length === 0) return;
    try {
      const leases = this.renewals.map(({ lease }) => lease);
      const written = await this.checkpointer.renew(this.scope, leases);
      for (const [i, renewal] of this.renewals.entries()) renewal.resolve(written[i]);
    } catch (error) {
      for (const renewal of this.renewals) renewal.reject(error);
    }
  }
}
