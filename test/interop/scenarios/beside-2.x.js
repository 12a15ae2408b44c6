import { besideKcl } from '../beside-kcl.js';
import { KCL_2 } from '../kcl.js';

export default (services) => besideKcl(services, 'beside-2.x', { program: KCL_2 });
