import { conformance } from '../harness/conformance.js';
import { startAws } from '../targets/aws.js';

conformance({ name: 'Amazon Kinesis', start: startAws, patience: 300_000 });
