import console from 'node:console';
import { KinesisProducer } from 'nestjs-kinesis';
import { DynamoDbCheckpointer } from 'nestjs-kinesis/dynamodb';
import { clientConfig } from './dynamodb-local.js';
import { asPut, eachPlaceOnce, nothingLost, parentsFirst, shardOrder } from './judgements.js';
import { Kcl } from './kcl.js';
import { Leases } from './leases.js';
import { Ledger } from './ledger.js';
import { startApp } from './nest-app.js';
import { putAll } from './put-all.js';
import { placeName, storedRecords, unread } from './stored-records.js';
import { wentOn } from './successions.js';
import { until } from './until.js';
import { userRecords } from './workload.js';

const RECORDS = 4_000;
/** A split closes one, a merge two. */
const CLOSED_SHARDS = 3;
/** What is put is to last until the third consumer. */
const PACE = { burst: 25, pause: 600 };

/** The scenario with positions that a KCL can count, and with others. */
export async function leaseTable(services, program) {
  return [
    ...(await thereAndBack(services, { program, aggregates: 'kpl' })),
    ...(await thereAndBack(services, { program, aggregates: 'other' })),
  ];
}

/**
 * A KCL consumes half and stops; we take its table over, go on at the very record, and stop; it goes on from us.
 * Meanwhile our producer puts, and while we consume one shard is split and two are merged.
 *
 * @param aggregates what our checkpointer is told: with `other` the KCL reads the last record of each shard again
 * @returns what is wrong with the ledger and the table afterwards
 */
async function thereAndBack({ kinesis, dynamodb }, { program, aggregates }) {
  const name = `${program}-${aggregates}`;
  const stream = `interop-lease-table-${name}`;
  await kinesis.execute('CreateStream', { StreamName: stream, ShardCount: 2 });
  const ledger = new Ledger(userRecords(RECORDS));
  const consumed = (part) => () => ledger.consumed.length >= RECORDS * part;
  const leases = new Leases(dynamodb, stream);
  const settings = { kinesis, dynamodb, stream, program, retrieval: 'polling' };
  const kcl = (turn) => new Kcl(ledger, { ...settings, name: `${aggregates}-${turn}` });
  const options = { kinesis, stream, producer: { ordering: 'partition-key' } };
  const putting = await startApp(options);
  const checkpointer = new DynamoDbCheckpointer({
    client: clientConfig(dynamodb),
    tableName: stream,
    aggregates,
    listInterval: 1_000,
  });
  let current = kcl('before');
  let app;
  try {
    await until('the KCL to start on both shards', () => current.started.size >= 2, current);
    const outcomes = putAll(putting.get(KinesisProducer), stream, ledger, PACE);
    await until('the KCL to consume half', consumed(1 / 2), current);
    const complaints = await current.stop();
    const before = ledger.consumed.length;
    const leftByKcl = await leases.open();

    const consumer = { shardFetchRate: 5, sleepTimeNoRecords: 200 };
    const ours = { consume: (place, record) => ledger.consume(place, record, 'we') };
    app = await startApp({ kinesis, stream, application: stream, checkpointer, consumer }, ours);
    await until('us to begin', () => ledger.consumed.length > before + 100);
    const [, upper] = await kinesis.split(stream, 'shardId-000000000000');
    await until('us to go on', consumed(5 / 8));
    await kinesis.merge(stream, upper, 'shardId-000000000001');
    await until('us to consume half of the rest', consumed(3 / 4));
    await app.close();
    const consumedByUs = ledger.consumed.length - before;
    const leftByUs = await leases.open();
    const left = await checkpointer.list({ application: stream, streamName: stream });

    current = kcl('after');
    await Promise.all(await outcomes);
    const stored = await storedRecords(kinesis, stream, ledger.sent);
    const caughtUp = () => unread(ledger, stored).length === 0;
    // What is missing after that is for the judges.
    await until('the KCL to catch up', caughtUp, current).catch(() => undefined);
    const endedByUs = left.filter((lease) => lease.checkpoint.type === 'SHARD_END').length;
    const haveEnded = () => endedByUs + current.ended.size >= CLOSED_SHARDS;
    await until('the closed shards to end', haveEnded, current).catch(() => undefined);
    complaints.push(...(await current.stop()));
    const last = await checkpointer.list({ application: stream, streamName: stream });
    const amid = left.filter((lease) => stored.has(placeName(nextOf(lease)))).length;
    const again = repeatedPlaces(ledger);
    console.log(
      `lease-table, ${program}, aggregates '${aggregates}': of ${ledger.consumed.length} user records the KCL ` +
        `consumed ${before}, we ${consumedByUs}, then the KCL the rest; we left ${amid} positions amid an aggregate; ` +
        `${again.places} places were consumed twice`,
    );
    return [
      ...complaints,
      ...nothingLost(ledger),
      ...asPut(ledger, stored),
      ...wentOn({ ledger, leases: leftByKcl, from: before, successor: 'we', stored }),
      ...wentOn({
        ledger,
        leases: leftByUs,
        from: before + consumedByUs,
        successor: `${aggregates}-after`,
        stored,
      }),
      ...(aggregates === 'kpl' ? exactly(ledger, stored, amid) : roundedDown(again, left)),
      ...(await parentsFirst(ledger, kinesis, stream)),
      ...unowned(left),
      ...ended(last),
    ].map((complaint) => `${program}, aggregates '${aggregates}': ${complaint}`);
  } catch (error) {
    throw new Error(`${name}: ${error.message}; see ${current.log}`, { cause: error });
  } finally {
    await current.kill();
    await app?.close();
    await putting.close();
    await checkpointer.close();
    leases.close();
  }
}

function exactly(ledger, stored, amid) {
  return [
    ...eachPlaceOnce(ledger, stored),
    ...shardOrder(ledger),
    ...(amid > 0 ? [] : ['we left no position amid an aggregate: nothing was judged there']),
  ];
}

/** The KCL reads one Kinesis record of each shard again, and only that. */
function roundedDown({ places, records }, left) {
  const lastOnes = new Set(left.map(({ shardId, checkpoint }) => `${shardId} ${checkpoint.sequenceNumber}`));
  const others = records.filter((record) => !lastOnes.has(record));
  return [
    ...(places > 0 ? [] : ['nothing was read again: nothing was judged there']),
    ...(others.length === 0
      ? []
      : [`${others.length} other records were read again, the first ${others[0]}`]),
  ];
}

function repeatedPlaces({ consumed }) {
  const seen = new Set();
  const again = consumed.filter((record) => seen.size === seen.add(placeName(record)).size);
  const records = [...new Set(again.map(({ shardId, sequenceNumber }) => `${shardId} ${sequenceNumber}`))];
  return { places: again.length, records };
}

function nextOf({ shardId, checkpoint: { sequenceNumber, subSequenceNumber } }) {
  return { shardId, sequenceNumber, subSequenceNumber: subSequenceNumber + 1 };
}

function unowned(leases) {
  const owned = leases.filter((lease) => lease.owner !== undefined);
  return owned.length === 0 ? [] : [`after our stop ${owned.length} leases still had an owner`];
}

/** Closed shards are at their end, unless the KCL has removed them already. */
function ended(leases) {
  const parents = new Set(leases.flatMap((lease) => lease.parentShardIds));
  const open = leases.filter(
    ({ shardId, checkpoint }) => parents.has(shardId) && checkpoint.type !== 'SHARD_END',
  );
  return open.length === 0 ? [] : [`${open.length} closed shards are not at their end`];
}
