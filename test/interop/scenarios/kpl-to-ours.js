import console from 'node:console';
import { MemoryCheckpointer } from 'nestjs-kinesis';
import { asPut, eachPlaceOnce, nothingLost, parentsFirst, receiptsHold, shardOrder } from '../judgements.js';
import { Kpl } from '../kpl.js';
import { Ledger } from '../ledger.js';
import { startApp } from '../nest-app.js';
import { countOf, placeName, storedRecords } from '../stored-records.js';
import { reshardAmid, until } from '../until.js';
import { userRecords } from '../workload.js';

const RECORDS = 5_000;
const PER_SECOND = 400;

/**
 * The KPL puts, a Nest application consumes. Half-way it is closed, and created anew on the same checkpointer. On the
 * way one shard is split and two are merged.
 *
 * @returns what is wrong with the ledger afterwards
 */
export default async function kplToOurs({ kinesis }) {
  const stream = 'interop-kpl-to-ours';
  await kinesis.execute('CreateStream', { StreamName: stream, ShardCount: 2 });
  const ledger = new Ledger(userRecords(RECORDS));
  const scope = { application: 'interop', streamName: stream };
  const checkpointer = new MemoryCheckpointer();
  const consumer = { shardFetchRate: 5, sleepTimeNoRecords: 200 };
  const start = () => startApp({ kinesis, stream, checkpointer, consumer }, ledger);
  let app = await start();
  const producer = new Kpl(ledger, { name: 'to-ours', kinesis, stream, perSecond: PER_SECOND });
  try {
    const resharded = reshardAmid(ledger, kinesis, stream, producer);
    resharded.catch(() => undefined); // Awaited below, whatever comes before.
    await until('two fifths of the records', () => ledger.consumed.length >= RECORDS * 0.4);
    await app.close();
    const consumedAtClose = ledger.consumed.length;
    const leasesAtClose = await checkpointer.list(scope);
    app = await start();
    await resharded;
    await until('the KPL to finish', () => producer.done, producer);
    const stored = await storedRecords(kinesis, stream, ledger.sent);
    const caughtUp = () => ledger.missing.length === 0 && ledger.consumed.length >= stored.size;
    // What is missing after that is for the judges.
    await until('the application to catch up', caughtUp).catch(() => undefined);
    await app.close();
    const leases = await checkpointer.list(scope);
    const ended = leases.filter(({ checkpoint }) => checkpoint.type === 'SHARD_END').length;
    const inAggregates = countOf(stored, ({ aggregated }) => aggregated);
    const amid = leasesAtClose.filter(({ shardId, checkpoint: { sequenceNumber, subSequenceNumber } }) =>
      stored.has(placeName({ shardId, sequenceNumber, subSequenceNumber: subSequenceNumber + 1 })),
    ).length;
    console.log(
      `kpl-to-ours: ${ledger.acknowledged.size} user records acknowledged to the KPL, ${ledger.consumed.length} ` +
        `handled by us, ${consumedAtClose} of them before the restart, which left ${amid} checkpoints amid an ` +
        `aggregate; ${inAggregates} of ${stored.size} in the stream are in aggregates, ` +
        `${stored.size - RECORDS} are the KPL's own repetitions; shards ended ${ended}`,
    );
    return [
      ...nothingLost(ledger),
      ...(inAggregates > 0 ? [] : ['the KPL aggregated nothing']),
      ...(amid > 0 ? [] : ['no checkpoint was amid an aggregate at the restart: nothing was judged there']),
      ...asPut(ledger, stored),
      ...eachPlaceOnce(ledger, readAll(stored)),
      ...receiptsHold(ledger, ({ shardId, sequenceNumber }) => `${shardId} ${sequenceNumber}`),
      ...shardOrder(ledger),
      ...(await parentsFirst(ledger, kinesis, stream)),
      ...(ended === 3 ? [] : [`${ended} of the 3 closed shards are checkpointed at their end`]),
    ];
  } catch (error) {
    throw new Error(`${error.message}; see ${producer.log}`, { cause: error });
  } finally {
    await producer.kill();
    await app.close();
  }
}

/** Unlike the KCL, we hand on aggregates that a reshard has put into another shard. */
function readAll(stored) {
  return new Map([...stored].map(([place, record]) => [place, { ...record, readable: true }]));
}
