import { LocalKinesis } from 'nestjs-kinesis/testing';

/** The local Kinesis in a process of its own, with TLS as well, which the KPL insists on; says where it listens. */

const { BENCH_CERT: cert, BENCH_KEY: key } = process.env;
if (cert === undefined || key === undefined) throw new Error('the local Kinesis needs a certificate');
const { endpoint, tlsEndpoint } = await LocalKinesis.start({ limits: 'none', tls: { cert, key } });
process.send?.({ endpoint, tlsEndpoint });
process.on('disconnect', () => process.exit());
