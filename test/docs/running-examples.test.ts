import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { KinesisConsumerRegistry, KinesisModule } from 'nestjs-kinesis';
import { consumersOf } from '../../src/decorators/kinesis-consumer.decorator.js';
import { EXAMPLES, examplesOf } from './support/examples.js';
import { readPages } from './support/pages.js';

/** Every block marked `ts run` is run as it stands there; those that are test files hand their tests to Jest. */
async function runExamples(): Promise<Record<string, unknown>[]> {
  const examples = readPages()
    .flatMap(examplesOf)
    .filter(({ block }) => block.mark === 'run');
  // Beside the folders of other tests that run at the same time.
  const folder = join(EXAMPLES, 'running');
  const modules: Record<string, unknown>[] = [];
  try {
    for (const { path, source } of examples) {
      const file = path.replace(EXAMPLES, folder);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, source);
      modules.push((await import(file)) as Record<string, unknown>);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return modules;
}

/** Whether a class has a method with `@KinesisConsumer`. */
function hasHandlers(value: unknown): value is Type {
  const prototype: unknown = typeof value === 'function' ? value.prototype : undefined;
  if (typeof prototype !== 'object' || prototype === null) return false;
  const methods = Object.values(Object.getOwnPropertyDescriptors(prototype)) as { value?: unknown }[];
  return methods.some(({ value: method }) => typeof method === 'function' && consumersOf(method).length > 0);
}

const modules = await runExamples();

it('the examples marked with "run" are run', () => {
  expect(modules.length).toBeGreaterThan(25);
});

it('the handlers that examples export pass the checks of bootstrap', async () => {
  const client = { region: 'eu-central-1' };
  const module = await Test.createTestingModule({
    imports: [
      KinesisModule.forRoot({
        application: 'docs',
        client,
        streams: { orders: {}, 'orders-dead': {} },
        deadLetterSink: { stream: 'orders-dead' },
        autoStart: false,
      }),
      KinesisModule.forRoot({
        name: 'eu',
        application: 'docs-eu',
        client,
        streams: { orders: {} },
        autoStart: false,
      }),
    ],
    providers: modules.flatMap((exported) => Object.values(exported).filter(hasHandlers)),
  }).compile();
  module.useLogger(false);
  await module.init();

  const handlers = module
    .get(KinesisConsumerRegistry)
    .list()
    .flatMap((consumer) => consumer.handlers);
  expect(handlers).toContain('Handlers.perMinute');
  expect(handlers.length).toBeGreaterThan(15);
  await module.close();
});
