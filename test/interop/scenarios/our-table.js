import { KCL_2, KCL_3 } from '../kcl.js';
import { fromUs } from '../lease-table.js';

/** A table that we create goes to a KCL 2.x, and from there to a 3.x. */
export default (services) => fromUs(services, { name: 'our-table', programs: [KCL_2, KCL_3] });
