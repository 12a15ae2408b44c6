import { besideKcl } from '../beside-kcl.js';
import { KCL_3 } from '../kcl.js';

/** The first two phases in which a KCL 2.x becomes a 3.x; in both it keeps to the protocol of 2.x. */
const PHASES = [
  'CLIENT_VERSION_CONFIG_COMPATIBLE_WITH_2X_PHASE1',
  'CLIENT_VERSION_CONFIG_COMPATIBLE_WITH_2X',
];

export default (services) =>
  besideKcl(services, {
    name: 'beside-3.x-as-2.x',
    kcls: PHASES.map((clientVersionConfig) => ({ program: KCL_3, clientVersionConfig })),
  });
