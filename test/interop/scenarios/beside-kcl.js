import console from 'node:console';
import { setTimeout as sleep } from 'node:timers/promises';
import { KinesisProducer } from 'nestjs-kinesis';
import { DynamoDbCheckpointer } from 'nestjs-kinesis/dynamodb';
import { clientConfig } from '../dynamodb-local.js';
import { asPut, nothingLost } from '../judgements.js';
import { Kcl } from '../kcl.js';
import { Ledger } from '../ledger.js';
import { startApp } from '../nest-app.js';
import { putAll } from '../put-all.js';
import { storedRecords } from '../stored-records.js';
import { until } from '../until.js';
import { userRecords } from '../workload.js';

const SHARDS = 6;
const RECORDS = 4_000;
const PACE = { burst: 25, pause: 1_000 };

/** Ours must not exceed it. */
const FAILOVER = 10_000;

/** Long enough for both balancers to take leases several times, if they were to; milliseconds. */
const PEACE = 60_000;

/** The scenario with a KCL 2.x, and with a 3.x that keeps to the protocol of 2.x. */
export default async function besideBoth(services) {
  return [
    ...(await besideKcl(services, { program: 'kcl-2-consumer' })),
    ...(await besideKcl(services, { program: 'kcl-consumer', compatibleWith2x: true })),
  ];
}

/**
 * A KCL consumes; a worker of ours joins it, takes its share, and neither takes from the other any more. Then the KCL
 * dies, and we take over all.
 *
 * @returns what is wrong
 */
async function besideKcl({ kinesis, dynamodb }, line) {
  const stream = `interop-beside-${line.program}`;
  await kinesis.execute('CreateStream', { StreamName: stream, ShardCount: SHARDS });
  const ledger = new Ledger(userRecords(RECORDS));
  const putting = await startApp({ kinesis, stream });
  const checkpointer = new DynamoDbCheckpointer({
    client: clientConfig(dynamodb),
    tableName: stream,
    mode: 'beside-2.x',
    aggregates: 'kpl',
    // As often as the KCL's taker: twice its fail-over time.
    listInterval: 20_000,
  });
  const kcl = new Kcl(ledger, {
    name: 'beside',
    kinesis,
    dynamodb,
    stream,
    ...line,
    failover: FAILOVER,
    retrieval: 'polling',
  });
  const scope = { application: stream, streamName: stream };
  const owners = async () => {
    const leases = await checkpointer.list(scope);
    const counts = new Map();
    for (const { owner } of leases) counts.set(owner, (counts.get(owner) ?? 0) + 1);
    return { counts, text: JSON.stringify(leases.map(({ shardId, owner }) => [shardId, owner]).sort()) };
  };
  let app;
  try {
    await until('the KCL to have all shards', () => kcl.held.size === SHARDS, kcl);
    const outcomes = putAll(putting.get(KinesisProducer), stream, ledger, PACE);
    const consumer = { sessionTimeout: 9_000, heartbeatFrequency: 3_000 };
    app = await startApp({ kinesis, stream, application: stream, checkpointer, consumer }, ledger);
    await until('the KCL to have lost its surplus', () => kcl.held.size === SHARDS / 2, kcl);
    await sleep(5_000);
    const shared = await owners();
    const before = ledger.consumed.length;
    await sleep(PEACE);
    const still = await owners();
    const consumedInPeace = ledger.consumed.length - before;
    await kcl.kill();
    await Promise.all(await outcomes);
    await until('us to consume what the KCL left', () => ledger.missing.length === 0).catch(() => undefined);
    const last = await owners();
    const stored = await storedRecords(kinesis, stream, ledger.sent);
    console.log(
      `beside-kcl, ${line.program}: of ${SHARDS} leases ${[...shared.counts.values()].join(' and ')} each; ${consumedInPeace} user ` +
        `records consumed in ${PEACE / 1_000} s side by side, ${ledger.repeated} more than once in all`,
    );
    return [
      ...([...shared.counts.values()].every((count) => count === SHARDS / 2)
        ? []
        : [`the leases are shared as ${[...shared.counts.values()].join(' and ')}`]),
      ...(shared.text === still.text ? [] : [`leases moved: ${shared.text} became ${still.text}`]),
      ...(consumedInPeace > 0 ? [] : ['nothing was consumed side by side']),
      ...(last.counts.size === 1 ? [] : ['not all leases are ours after the KCL has died']),
      ...nothingLost(ledger),
      ...asPut(ledger, stored),
    ].map((complaint) => `${line.program}: ${complaint}`);
  } catch (error) {
    throw new Error(`${line.program}: ${error.message}; see ${kcl.log}`, { cause: error });
  } finally {
    await kcl.kill();
    await app?.close();
    await putting.close();
    await checkpointer.close();
  }
}
