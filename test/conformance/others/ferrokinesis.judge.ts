import { FERROKINESIS } from '../deviations/ferrokinesis.js';
import { conformance } from '../harness/conformance.js';
import { startFerrokinesis } from '../targets/ferrokinesis.js';

conformance({ name: 'ferrokinesis', start: startFerrokinesis, deviations: FERROKINESIS });
