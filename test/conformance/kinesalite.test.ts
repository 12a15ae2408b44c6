import { KINESALITE } from './deviations/kinesalite.js';
import { conformance } from './harness/conformance.js';
import { startKinesalite } from './targets/kinesalite.js';

conformance({ name: 'kinesalite', start: startKinesalite, deviations: KINESALITE });
