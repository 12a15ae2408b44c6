export {
  type CheckpointerSuiteOptions,
  describeCheckpointer,
} from './checkpointer-suite/describe-checkpointer.js';
export { withLostReplies } from './checkpointer-suite/lost-replies.js';
export { type TestRunner } from './checkpointer-suite/test-runner.js';
export { LocalKinesis, type LocalClientConfig } from './local-kinesis/local-kinesis.js';
export {
  type LocalKinesisOptions,
  type LocalStream,
  type LocalTls,
} from './local-kinesis/local-kinesis-options.js';
export { LocalKinesisClient, type SendOptions } from './local-kinesis/client.js';
export {
  type FaultEffects,
  type FaultError,
  type FaultHandle,
  type FaultRule,
  type FaultScope,
} from './local-kinesis/faults/fault-rule.js';
export { type InspectedRecord } from './local-kinesis/engine/engine.js';
export { type KinesisLimits, type LimitsOption } from './local-kinesis/engine/limits.js';
export {
  type OperationExecutor,
  type OperationInput,
  type OperationOutput,
} from './local-kinesis/engine/operation.js';
export { ConnectionCut, ServiceError } from './local-kinesis/engine/service-error.js';
export { type CertificatePair } from './local-kinesis/server/self-signed-certificate.js';
export { Clock, type Timer } from '../runtime/clock.js';
export { type Random } from '../runtime/random.js';
export { LocalKinesisGateway } from './local-kinesis/local-kinesis-gateway.js';
export { SeededRandom } from './seeded-random.js';
export { VirtualClock } from './virtual-clock.js';
