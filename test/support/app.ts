import type { INestApplicationContext, ModuleMetadata } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { KinesisModule, type KinesisModuleOptions, MemoryCheckpointer } from 'nestjs-kinesis';
import type { LocalKinesis } from 'nestjs-kinesis/testing';
import { QuietLogger } from './quiet-logger.js';

export interface TestApp {
  app: INestApplicationContext;
  logger: QuietLogger;
}

const running = new Set<INestApplicationContext>();

/** A failed test must not leave its app behind; closing one that is closed does nothing. */
afterEach(async () => {
  const apps = [...running];
  running.clear();
  await Promise.all(apps.map((app) => app.close()));
});

/** Options for a module on `kinesis` that reads fast, so that tests do not wait. */
export function fastOptions(
  kinesis: LocalKinesis,
  options: Partial<KinesisModuleOptions> = {},
): KinesisModuleOptions {
  return {
    application: 'test',
    client: kinesis.clientConfig,
    checkpointer: new MemoryCheckpointer(),
    streams: { orders: {} },
    ...options,
    consumer: { shardFetchRate: 5, sleepTimeNoRecords: 50, checkpointInterval: 50, ...options.consumer },
  };
}

/** A Nest app with the module and what `metadata` adds; neither initialised nor listening. */
export async function compileApp(
  options: KinesisModuleOptions,
  metadata: ModuleMetadata = {},
): Promise<TestApp> {
  const logger = new QuietLogger();
  const module = await Test.createTestingModule({
    ...metadata,
    imports: [KinesisModule.forRoot(options), ...(metadata.imports ?? [])],
  })
    .setLogger(logger)
    .compile();
  running.add(module);
  return { app: module, logger };
}

/** The same, initialised: consumers run. */
export async function startApp(
  options: KinesisModuleOptions,
  metadata: ModuleMetadata = {},
): Promise<TestApp> {
  const testApp = await compileApp(options, metadata);
  await testApp.app.init();
  return testApp;
}
