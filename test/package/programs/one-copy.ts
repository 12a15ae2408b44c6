import { createRequire } from 'node:module';
import * as imported from 'nestjs-kinesis';

const required = createRequire(import.meta.url)('nestjs-kinesis') as typeof imported;

process.stdout.write(required.KinesisProducer === imported.KinesisProducer ? 'one copy' : 'two copies');
