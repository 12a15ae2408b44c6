import type { Endpoints } from '../contest/processes.js';
import type { Supply } from './workload.js';

/** One way to put records. */
export interface Variant {
  /** Puts what the supply gives until it is over; resolves when all of it is acknowledged. */
  put(supply: Supply): Promise<void>;
}

/** How a variant is made and shown. */
export interface VariantDescription {
  readonly name: string;
  readonly title: string;
  /** Items between looks at the clock. */
  readonly checkEvery?: number;
  create(endpoints: Endpoints, bytes: number): Promise<Variant>;
}
