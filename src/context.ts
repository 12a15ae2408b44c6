export { KinesisContextHost } from './handlers/kinesis-context-host.js';
