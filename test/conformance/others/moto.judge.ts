import { MOTO } from '../deviations/moto.js';
import { conformance } from '../harness/conformance.js';
import { startMoto } from '../targets/moto.js';

conformance({ name: 'moto', start: startMoto, deviations: MOTO });
