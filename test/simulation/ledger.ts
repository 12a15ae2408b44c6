import type { Checkpoint } from '../../src/checkpointers/checkpoint.js';
import { compareCheckpoints } from '../../src/checkpointers/checkpoint.js';
import type { Lease } from '../../src/checkpointers/checkpointer.js';

/** One record of the simulation: the n-th of its key. */
export interface SimulatedRecord {
  key: string;
  n: number;
}

/** Watches a history and keeps what breaks a promise. */
export class SimulationLedger {
  readonly violations: string[] = [];
  private readonly put = new Map<string, number>();
  private readonly delivered = new Map<string, number>();
  private readonly checkpoints = new Map<string, Checkpoint>();
  handled = 0;

  nextOf(key: string): SimulatedRecord {
    const n = this.put.get(key) ?? 0;
    this.put.set(key, n + 1);
    return { key, n };
  }

  get records(): number {
    return [...this.put.values()].reduce((sum, count) => sum + count, 0);
  }

  /** A handler has finished a record. The first deliveries of a key must come in order and leave nothing out. */
  onHandled({ key, n }: SimulatedRecord): void {
    this.handled++;
    const expected = this.delivered.get(key) ?? 0;
    if (n > expected) this.violations.push(`${key}: ${n} handled before ${expected}`);
    if (n >= expected) this.delivered.set(key, n + 1);
  }

  /** Checkpoints never go back. */
  onLeases(leases: readonly Lease[]): void {
    for (const { shardId, checkpoint } of leases) {
      const before = this.checkpoints.get(shardId);
      if (before && compareCheckpoints(checkpoint, before) < 0) {
        this.violations.push(`${shardId}: checkpoint went back`);
      }
      this.checkpoints.set(shardId, checkpoint);
    }
  }

  get complete(): boolean {
    return [...this.put].every(([key, count]) => (this.delivered.get(key) ?? 0) >= count);
  }

  /** At the end of a history. */
  settle(): void {
    for (const [key, count] of this.put) {
      const delivered = this.delivered.get(key) ?? 0;
      if (delivered < count) this.violations.push(`${key}: ${count - delivered} records never handled`);
    }
  }
}
