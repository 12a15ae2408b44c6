export { SqsDeadLetterSink } from './sqs-dead-letter-sink.js';
export type { SqsDeadLetterSinkOptions, SqsSender } from './sqs-dead-letter-sink.js';
