import console from 'node:console';
import { asPut, eachPlaceOnce, nothingLost, parentsFirst, shardOrder } from './judgements.js';
import { Relay } from './relay.js';
import { placeName } from './stored-records.js';

/** A KCL consumes half and stops; we take its table over, go on at the very record, and stop; it goes on from us. */
export function thereAndBack(services, { name, program, aggregates }) {
  return judged(services, { name: `${name}-${aggregates}`, aggregates }, async (relay) => {
    await relay.kcl(program, 1 / 2);
    await relay.ours(3 / 4);
    return relay.kclToTheEnd(program);
  });
}

/** We begin, on a table that we create; a KCL goes on from us, and another from it. */
export function fromUs(services, { name, programs: [next, last] }) {
  return judged(services, { name, aggregates: 'kpl' }, async (relay) => {
    await relay.ours(1 / 2);
    await relay.kcl(next, 3 / 4);
    return relay.kclToTheEnd(last);
  });
}

/**
 * @param aggregates what our checkpointer is told: with `other` the KCL reads the last record of each shard again
 * @param run the relay's turns, the last a KCL's to the end
 * @returns what is wrong with the ledger and the table afterwards
 */
async function judged(services, { name, aggregates }, run) {
  const relay = new Relay(services, { name, aggregates });
  try {
    await relay.start();
    const stored = await run(relay);
    const { ledger, leftByUs, turns } = relay;
    const amid = leftByUs.filter((lease) => stored.has(placeName(nextOf(lease)))).length;
    const again = repeatedPlaces(ledger);
    console.log(
      `${name}: ${ledger.consumed.length} user records consumed, ` +
        `${turns.map(({ who, count }) => `${count} by ${who}`).join(', then ')}; we left ${amid} positions amid an ` +
        `aggregate; ${again.places} places were consumed twice`,
    );
    const stillOpen = await relay.closedAndOpen();
    return [
      ...relay.complaints,
      ...nothingLost(ledger),
      ...asPut(ledger, stored),
      ...(aggregates === 'kpl' ? exactly(ledger, stored, amid) : roundedDown(again, leftByUs)),
      ...(await parentsFirst(ledger, services.kinesis, relay.stream)),
      ...unowned(leftByUs),
      ...(stillOpen.length === 0 ? [] : [`${stillOpen.length} closed shards are not at their end`]),
    ].map((complaint) => `${name}: ${complaint}`);
  } catch (error) {
    throw new Error(`${name}: ${error.message}; see ${relay.log}`, { cause: error });
  } finally {
    await relay.close();
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
