import { conformance } from './harness/conformance.js';
import { startLocalKinesisEngine } from './targets/local-kinesis-engine.js';

conformance({ name: 'local Kinesis in process', start: startLocalKinesisEngine, virtualTime: true });
