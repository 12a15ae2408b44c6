import { type KinesisModuleOptions, MemoryCheckpointer } from 'nestjs-kinesis';
import { resolveLeaseTimes } from '../../src/options/lease-times.js';
import { resolveHandler } from '../../src/options/resolve-handler.js';
import { resolveOptions } from '../../src/options/resolve-options.js';
import { readOptions } from './defaults/read-options.js';
import { PAGE, renderDefaults } from './defaults/render.js';
import { readPage } from './support/pages.js';

const CONSUMER = 'src/options/consumer.options.ts';
const HANDLER = 'src/options/handler.options.ts';

it('docs/defaults.md is what npm run docs:defaults makes of the source', async () => {
  expect(readPage(PAGE).text).toBe(await renderDefaults());
});

const minimal: KinesisModuleOptions = { application: 'billing', streams: { orders: {} } };
const { consumer: unfinished, delivery, producer, ...module } = resolveOptions(minimal);
const consumer = { ...unfinished, ...resolveLeaseTimes(unfinished, new MemoryCheckpointer()) };
const { shape, lanes } = resolveHandler('handler', { batch: {} });

/** What the options come out as when nothing is set. */
it.each<[string, string, object]>([
  ['src/kinesis.options.ts', 'KinesisModuleOptions', module],
  [CONSUMER, 'KinesisConsumerOptions', consumer],
  [CONSUMER, 'KinesisDeliveryOptions', delivery],
  [CONSUMER, 'KinesisRetryOptions', delivery.retry],
  [CONSUMER, 'KinesisBackoffOptions', delivery.retry.backoff],
  [HANDLER, 'KinesisHandlerOptions', lanes],
  [HANDLER, 'KinesisBatchOptions', shape],
  ['src/options/producer.options.ts', 'KinesisProducerOptions', producer],
])('%s documents the defaults of %s that are in force', (file, interfaceName, resolved) => {
  const documented = readOptions(file, interfaceName)
    .filter(({ name }) => name in resolved)
    .flatMap(({ name, defaultValue }): [string, unknown][] => {
      const literal = /^`([^`(]+)`/.exec(defaultValue ?? '')?.[1];
      return literal === undefined ? [] : [[name, valueOf(literal)]];
    });

  expect(documented.length).toBeGreaterThan(1);
  expect(resolved).toMatchObject(Object.fromEntries(documented));
});

/** A number, a flag or a text, as the source writes it. */
function valueOf(literal: string): unknown {
  if (literal === 'Infinity') return Infinity;
  return JSON.parse(literal.replace(/(?<=\d)_(?=\d)/g, '').replaceAll("'", '"'));
}
