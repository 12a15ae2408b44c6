import console from 'node:console';
import { KinesisProducer } from 'nestjs-kinesis';
import {
  asPut,
  eachPlaceOnce,
  keyOrder,
  nothingLost,
  receiptsHold,
  repetitionsCounted,
  shardOrder,
} from '../judgements.js';
import { Kcl } from '../kcl.js';
import { Ledger } from '../ledger.js';
import { startApp } from '../nest-app.js';
import { putAll } from '../put-all.js';
import { countOf, placeName, storedRecords } from '../stored-records.js';
import { reshardAmid, until } from '../until.js';
import { userRecords } from '../workload.js';

const RECORDS = 6_000;
const BURST = 25;
/** Milliseconds between bursts. */
const PAUSE = 25;
/** Not among the keys for the KPL, which cuts it off at the NUL when the user record is alone in a Kinesis record. */
const WITH_NUL = 'nul\0in the middle';
/** What befalls the requests, besides the reshards. */
const FAULTS = [
  { delay: [1, 60] },
  { error: 'ProvisionedThroughputExceededException', perRecord: true, probability: 0.03 },
  { lostReply: true, probability: 0.01 },
  { reorder: true },
];

/** The scenario, once with each ordering. */
export default async function bothOrderings(services) {
  return [...(await oursToKcl(services, 'none')), ...(await oursToKcl(services, 'partition-key'))];
}

/**
 * Our producer puts, the KCL consumes. Requests are delayed, throttled and lose their replies; one shard is split and
 * two are merged. The split leaves aggregates in a child that is not home to all their user records: the KCL drops
 * them, and the producer must put them again.
 *
 * @param ordering the producer's
 * @returns what is wrong with the ledger afterwards
 */
async function oursToKcl({ kinesis, dynamodb }, ordering) {
  const stream = `interop-ours-${ordering}`;
  await kinesis.execute('CreateStream', { StreamName: stream, ShardCount: 2 });
  const ledger = new Ledger(userRecords(RECORDS, WITH_NUL));
  const faults = FAULTS.map((fault) => kinesis.faults({ operation: 'PutRecords', stream, ...fault }));
  const app = await startApp({ kinesis, stream, producer: { ordering } });
  const consumer = new Kcl(ledger, {
    name: `ours-${ordering}`,
    kinesis,
    dynamodb,
    stream,
    retrieval: 'polling',
  });
  try {
    await until('the KCL to start on both shards', () => consumer.started.size >= 2, consumer);
    const producer = app.get(KinesisProducer);
    const [settled] = await Promise.all([
      putAll(producer, stream, ledger, { burst: BURST, pause: PAUSE }),
      reshardAmid(ledger, kinesis, stream, consumer),
    ]);
    await Promise.all(settled);
    const stats = producer.stats(stream);
    const stored = await storedRecords(kinesis, stream, ledger.sent);
    const unfinished = await consumer.catchUp(ledger, stored);
    const dropped = countOf(stored, ({ readable }) => !readable);
    const inAggregates = countOf(stored, ({ aggregated }) => aggregated);
    console.log(
      `ours-to-kcl, ordering '${ordering}': ${ledger.acknowledged.size} user records acknowledged to us in ` +
        `${stats.kinesisRecords} Kinesis records, ${stats.throttled} throttled, ${stats.possibleDuplicates} ` +
        `possible duplicates; ${ledger.consumed.length} consumed by the KCL, ${ledger.repeated} of them more than ` +
        `once; ${inAggregates} of ${stored.size} in the stream are in aggregates, ${dropped} in misplaced ones`,
    );
    return [
      ...nothingLost(ledger),
      ...(inAggregates > 0 ? [] : ['we aggregated nothing']),
      ...(dropped > 0 ? [] : ['the reshard misplaced no aggregate: nothing was judged there']),
      ...asPut(ledger, stored),
      ...eachPlaceOnce(ledger, stored),
      ...receiptsHold(ledger, placeName),
      ...repetitionsCounted(ledger, stored, stats.possibleDuplicates),
      ...shardOrder(ledger),
      ...(ordering === 'partition-key' ? keyOrder(ledger) : []),
      ...unfinished,
    ].map((complaint) => `ordering '${ordering}': ${complaint}`);
  } catch (error) {
    throw new Error(`${error.message}; see ${consumer.log}`, { cause: error });
  } finally {
    await consumer.kill();
    await app.close();
    for (const fault of faults) fault.remove();
  }
}
