import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import { openKinesis } from './kinesis-target.js';
import { openLeases } from './lease-target.js';
import { LogFile } from './log-file.js';
import { sabotage, type SabotageKind } from './sabotage.js';

export interface RunningDemo {
  app: INestApplication;
  url: string;
  log: LogFile;
  close(): Promise<void>;
}

/** Starts the app on the Kinesis and the leases that the environment names. */
export async function boot(sabotageKind: SabotageKind | undefined): Promise<RunningDemo> {
  const kinesis = await openKinesis(process.env);
  const leases = await openLeases(process.env);
  console.log(`Kinesis: ${kinesis.description}. Leases: ${leases.description}.`);
  const { client, streamName, deadLetterStreamName } = kinesis;
  if (sabotageKind) sabotage(client, streamName, sabotageKind);
  const run = randomUUID();
  const config = { client, streamName, deadLetterStreamName, checkpointer: leases.checkpointer, run };
  const log = new LogFile(join('sample-app', 'dist', 'demo.log'));
  const app = await NestFactory.create(AppModule.register(config), { logger: log, abortOnError: false });
  await app.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1');
  const close = async (): Promise<void> => {
    await app.close();
    await leases.close();
    await kinesis.close();
  };
  return { app, url: await app.getUrl(), log, close };
}
