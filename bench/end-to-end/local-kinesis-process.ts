import { LocalKinesis } from 'nestjs-kinesis/testing';

/** The local Kinesis in a process of its own, with TLS as well, which the KPL insists on; says where it listens. */

const { BENCH_CERT: cert, BENCH_KEY: key } = process.env;
if (cert === undefined || key === undefined) throw new Error('the local Kinesis needs a certificate');
const unlimited = {
  shardWriteBytesPerSecond: Infinity,
  shardWriteRecordsPerSecond: Infinity,
  shardReadBytesPerSecond: Infinity,
  shardReadCallsPerSecond: Infinity,
  controlCallsPerSecond: Infinity,
  describeStreamCallsPerSecond: Infinity,
  describeStreamSummaryCallsPerSecond: Infinity,
};
// An answer is what a shard of the service gives in a second: one of 10 MiB would be many seconds' work at a stretch.
const limits = { ...unlimited, getRecordsBytes: 2 * 1024 * 1024 };
const { endpoint, tlsEndpoint } = await LocalKinesis.start({ limits, tls: { cert, key } });
process.send?.({ endpoint, tlsEndpoint });
process.on('disconnect', () => process.exit());
