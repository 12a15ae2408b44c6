import console from 'node:console';
import { setTimeout as sleep } from 'node:timers/promises';
import { URL } from 'node:url';
import { cacheFolder } from '../toolbox/cache-folder.js';
import { JavaProgram } from './java-programs.js';
import { Ledger } from './ledger.js';

const RECORDS = 5_000;
const PER_SECOND = 400;
/** How long anything awaited may take, in seconds. */
const PATIENCE = 120;

/**
 * The KPL puts, the KCL consumes, and on the way one shard is split and two are merged. Returns what is wrong with the
 * ledgers afterwards: nothing, it is hoped.
 *
 * @param retrieval how the KCL reads: `polling` or `fan-out`
 */
export async function putAndConsume(kinesis, dynamodb, retrieval) {
  const stream = `interop-${retrieval}`;
  await kinesis.execute('CreateStream', { StreamName: stream, ShardCount: 2 });
  const ledger = new Ledger();
  const consumer = new JavaProgram('kcl-consumer', 'interop.KclConsumer', {
    name: `kcl-consumer-${retrieval}`,
    properties: { stream, application: stream, retrieval, dynamodb, kinesis: kinesis.endpoint, ...LOGGING },
    onLine: (line) => ledger.consumerLine(line),
  });
  let producer;
  try {
    await until('the KCL to start on both shards', () => ledger.started.length >= 2, consumer);
    // The KPL's daemon speaks nothing but TLS.
    const { hostname: host, port } = new URL(kinesis.tlsEndpoint);
    producer = new JavaProgram('kpl-producer', 'interop.KplProducer', {
      name: `kpl-producer-${retrieval}`,
      properties: {
        stream,
        host,
        port,
        records: RECORDS,
        perSecond: PER_SECOND,
        temp: cacheFolder('interop', 'kpl'),
        ...LOGGING,
      },
      onLine: (line) => ledger.producerLine(line),
    });
    await until(
      'a quarter of the records',
      () => ledger.acknowledged.size >= RECORDS / 4,
      producer,
      consumer,
    );
    const [, upper] = await kinesis.split(stream, 'shardId-000000000000');
    await until('half of the records', () => ledger.acknowledged.size >= RECORDS / 2, producer, consumer);
    await kinesis.merge(stream, upper, 'shardId-000000000001');
    await until('the KPL to finish', () => ledger.done, producer, consumer);
    await until('the KCL to catch up', () => ledger.missing.length === 0, consumer).catch(() => undefined);
    await until('the KCL to end the closed shards', () => ledger.ended.length >= 3, consumer).catch(
      () => undefined,
    );
    const exit = await consumer.finish(60_000);
    return verdict(ledger, exit, retrieval);
  } catch (error) {
    throw new Error(`${retrieval}: ${error.message}; see ${consumer.log} and ${producer?.log}`, {
      cause: error,
    });
  } finally {
    await consumer.kill();
    await producer?.kill();
  }
}

const LOGGING = { 'org.slf4j.simpleLogger.defaultLogLevel': 'info' };

function verdict(ledger, exit, retrieval) {
  console.log(
    `${retrieval}: ${ledger.acknowledged.size} user records acknowledged to the KPL, ` +
      `${ledger.consumed.size} consumed by the KCL (${ledger.aggregated} of them not the first in their aggregate), ` +
      `${ledger.duplicates} more than once; shards started ${ledger.started.length}, ended ${ledger.ended.length}`,
  );
  const wrong = [];
  const expect = (truth, complaint) => truth || wrong.push(`${retrieval}: ${complaint}`);
  expect(
    ledger.failed.size === 0,
    `${ledger.failed.size} puts failed, e.g. ${[...ledger.failed.values()][0]}`,
  );
  expect(ledger.acknowledged.size === RECORDS, `only ${ledger.acknowledged.size} of ${RECORDS} acknowledged`);
  expect(
    ledger.missing.length === 0,
    `${ledger.missing.length} lost, e.g. ${ledger.missing.slice(0, 3).join(', ')}`,
  );
  expect(ledger.aggregated > 0, 'the KPL aggregated nothing');
  expect(ledger.outOfOrder === 0, `${ledger.outOfOrder} records out of order`);
  expect(
    new Set(ledger.started).size === 5,
    `shards started: ${[...new Set(ledger.started)].sort().join(', ')}`,
  );
  expect(ledger.ended.length === 3, `shards ended: ${ledger.ended.join(', ')}`);
  expect(ledger.stopped && exit === 0, `the KCL did not stop gracefully (exit ${exit})`);
  return wrong;
}

async function until(what, condition, ...programs) {
  for (let waited = 0; !condition(); waited += 0.1) {
    if (programs.some((program) => !program.running) && !condition()) {
      await sleep(500); // Its last lines may still be on their way.
      if (condition()) return;
      throw new Error(`waiting for ${what}, but a program has ended`);
    }
    if (waited > PATIENCE) throw new Error(`waited ${PATIENCE} s in vain for ${what}`);
    await sleep(100);
  }
}
