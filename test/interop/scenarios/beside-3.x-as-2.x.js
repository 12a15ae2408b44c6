import { besideKcl } from '../beside-kcl.js';
import { KCL_3 } from '../kcl.js';

/** A KCL 3.x that is kept to the protocol of 2.x. */
export default (services) =>
  besideKcl(services, 'beside-3.x-as-2.x', { program: KCL_3, compatibleWith2x: true });
