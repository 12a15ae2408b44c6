import { KINESIS_LOCAL } from './deviations/kinesis-local.js';
import { conformance } from './harness/conformance.js';
import { startKinesisLocal } from './targets/kinesis-local.js';

conformance({ name: 'kinesis-local', start: startKinesisLocal, deviations: KINESIS_LOCAL });
