import { besideKcl } from '../beside-kcl.js';
import { KCL_2 } from '../kcl.js';

export default (services) =>
  besideKcl(services, { name: 'beside-2.x', kcls: [{ program: KCL_2 }, { program: KCL_2 }] });
