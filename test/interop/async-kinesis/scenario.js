import { Buffer } from 'node:buffer';
import console from 'node:console';
import { isDeepStrictEqual } from 'node:util';
import { formats } from './formats.js';
import { installAsyncKinesis, runPython } from './python.js';

/** Small, so that the items make several aggregates and a last one that is not full. */
const MAX_BYTES = 10_000;

/**
 * async-kinesis from PyPI puts the format of each of its processors and we read it, and the other way round. Returns
 * what is wrong with what was read: nothing, it is hoped.
 *
 * @param modules the built package's `aggregators` and `msgpack`
 */
export async function exchangeWithAsyncKinesis(kinesis, modules) {
  const python = installAsyncKinesis();
  const wrong = [];
  for (const { processor, aggregator, items } of formats(modules)) {
    const read = await theyPutWeRead(kinesis, python, processor, aggregator, items);
    if (!isDeepStrictEqual(read, items)) wrong.push(`${processor}: we read something else: ${show(read)}`);
    const consumed = await wePutTheyRead(kinesis, python, processor, aggregator, items);
    if (!isDeepStrictEqual(consumed, items)) {
      wrong.push(`${processor}: async-kinesis reads something else: ${show(consumed)}`);
    }
    console.log(`${processor}: ${read.length} items read from it, ${consumed.length} by it`);
  }
  return wrong;
}

async function theyPutWeRead(kinesis, python, processor, aggregator, items) {
  const stream = `from-${processor}`;
  await kinesis.execute('CreateStream', { StreamName: stream, ShardCount: 1 });
  await runPython(python, 'produce.py', [kinesis.endpoint, stream, processor], JSON.stringify(items));
  return kinesis
    .records(stream)
    .flatMap(({ data, partitionKey }) => aggregator.unpack({ data, partitionKey }))
    .map((record) => (record.decoded ? record.decoded.value : aggregator.deserialize(record.data)));
}

async function wePutTheyRead(kinesis, python, processor, aggregator, items) {
  const stream = `to-${processor}`;
  await kinesis.execute('CreateStream', { StreamName: stream, ShardCount: 1 });
  for (const { data, partitionKey, explicitHashKey } of pack(aggregator, items)) {
    await kinesis.execute('PutRecord', {
      StreamName: stream,
      Data: Buffer.from(data),
      PartitionKey: partitionKey,
      ...(explicitHashKey === undefined ? {} : { ExplicitHashKey: explicitHashKey }),
    });
  }
  const lines = await runPython(python, 'consume.py', [kinesis.endpoint, stream, processor, items.length]);
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function pack(aggregator, items) {
  const records = items.map((item) => ({ data: aggregator.serialize(item), partitionKey: 'key' }));
  if (!aggregator.packing) return records;
  const sealed = [];
  let open = aggregator.packing.open();
  for (const record of records) {
    if (open.tryAdd(record, MAX_BYTES)) continue;
    sealed.push(...open.seal());
    open = aggregator.packing.open();
    open.tryAdd(record, MAX_BYTES);
  }
  return [...sealed, ...open.seal()];
}

function show(items) {
  return `${items.length} items, the first ${JSON.stringify(items[0])}`;
}
