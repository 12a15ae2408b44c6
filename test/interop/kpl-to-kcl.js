import console from 'node:console';
import { asPut, eachPlaceOnce, nothingLost, receiptsHold, shardOrder } from './judgements.js';
import { Kcl } from './kcl.js';
import { Kpl } from './kpl.js';
import { Ledger } from './ledger.js';
import { countOf, storedRecords } from './stored-records.js';
import { reshardAmid, until } from './until.js';
import { userRecords } from './workload.js';

const RECORDS = 5_000;
const PER_SECOND = 400;

/**
 * The KPL puts, the KCL consumes, and on the way one shard is split and two are merged.
 *
 * @param retrieval how the KCL reads: `polling` or `fan-out`
 * @returns what is wrong with the ledger afterwards
 */
export async function kplToKcl({ kinesis, dynamodb }, retrieval) {
  const stream = `interop-${retrieval}`;
  await kinesis.execute('CreateStream', { StreamName: stream, ShardCount: 2 });
  const ledger = new Ledger(userRecords(RECORDS));
  const consumer = new Kcl(ledger, { name: retrieval, kinesis, dynamodb, stream, retrieval });
  let producer;
  try {
    await until('the KCL to start on both shards', () => consumer.started.size >= 2, consumer);
    producer = new Kpl(ledger, { name: retrieval, kinesis, stream, perSecond: PER_SECOND });
    await reshardAmid(ledger, kinesis, stream, producer, consumer);
    await until('the KPL to finish', () => producer.done, producer, consumer);
    const stored = await storedRecords(kinesis, stream, ledger.sent);
    const unfinished = await consumer.catchUp(ledger, stored);
    const inAggregates = countOf(stored, ({ aggregated }) => aggregated);
    console.log(
      `${retrieval}: ${ledger.acknowledged.size} user records acknowledged to the KPL, ${ledger.consumed.length} ` +
        `consumed by the KCL, ${ledger.repeated} of them more than once; ${inAggregates} of ${stored.size} in the ` +
        `stream are in aggregates; shards started ${consumer.started.size}, ended ${consumer.ended.size}`,
    );
    return [
      ...nothingLost(ledger),
      ...(inAggregates > 0 ? [] : ['the KPL aggregated nothing']),
      ...asPut(ledger, stored),
      ...eachPlaceOnce(ledger, stored),
      ...receiptsHold(ledger, ({ shardId, sequenceNumber }) => `${shardId} ${sequenceNumber}`),
      ...shardOrder(ledger),
      ...unfinished,
    ];
  } catch (error) {
    throw new Error(`${error.message}; see ${consumer.log} and ${producer?.log}`, { cause: error });
  } finally {
    await consumer.kill();
    await producer?.kill();
  }
}
