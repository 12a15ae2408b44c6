import type { Endpoints } from '../contest/processes.js';
import type { Workload } from './pages.js';
import type { Round } from './round.js';

/** One way to consume a stream. */
export interface Variant {
  /** Has records handled until the round is over, and all that were read for it are handled. */
  consume(round: Round): Promise<void>;
}

/** How a variant is made and shown. */
export interface VariantDescription {
  readonly name: string;
  readonly title: string;
  readonly workloads: readonly Workload[];
  create(endpoints: Endpoints, workload: Workload): Promise<Variant>;
}
