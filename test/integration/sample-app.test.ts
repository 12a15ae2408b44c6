import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { CreateStreamCommand, type KinesisClient, waitUntilStreamExists } from '@aws-sdk/client-kinesis';
import { MemoryCheckpointer } from 'nestjs-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import type { DeadLetterReason } from '../../sample-app/dead-letters/dead-letter-reasons.js';
import { AppModule } from '../../sample-app/app.module.js';
import { breakSome } from '../../sample-app/demo/broken-flights.js';
import { compareWithData, type Served } from '../../sample-app/demo/compare.js';
import { readFlights } from '../../sample-app/demo/flight-file.js';
import { postFlights } from '../../sample-app/demo/replay.js';
import { sabotage, SABOTAGES } from '../../sample-app/demo/sabotage.js';
import { DelayStatistics } from '../../sample-app/delays/delay-statistics.js';
import { HANDLERS, isExact, Ledger } from '../../sample-app/ledger/ledger.js';
import { RouteStatistics } from '../../sample-app/routes/route-statistics.js';
import { HandlerTimes } from '../../sample-app/timing/handler-times.js';
import { eventually } from '../support/eventually.js';
import { startKinesalite, type TestKinesis } from '../support/kinesalite.js';

const STREAM = 'flights';
const SHARDS = 4;
const DEAD_LETTERS = 'flights-dead';
const replay = breakSome(readFlights().slice(0, 3_000));
const flights = replay.reports;
const intact = flights.length - replay.broken.size;

async function startLocal(): Promise<TestKinesis> {
  const streams = { [STREAM]: { shards: SHARDS }, [DEAD_LETTERS]: { shards: 1 } };
  const kinesis = await LocalKinesis.start({ streams });
  return { createClient: () => kinesis.client(), stop: () => kinesis.stop() };
}

async function startOther(): Promise<TestKinesis> {
  const kinesis = await startKinesalite(STREAM, SHARDS);
  const client = kinesis.createClient();
  await client.send(new CreateStreamCommand({ StreamName: DEAD_LETTERS, ShardCount: 1 }));
  await waitUntilStreamExists(
    { client, maxWaitTime: 20, minDelay: 1, maxDelay: 1 },
    { StreamName: DEAD_LETTERS },
  );
  client.destroy();
  return kinesis;
}

/** What outlives the app: a closed app's successor goes on with these. */
interface World {
  client: KinesisClient;
  checkpointer: MemoryCheckpointer;
  ledger: Ledger;
  delays: DelayStatistics;
  routes: RouteStatistics;
}

function createWorld(kinesis: TestKinesis): World {
  return {
    client: kinesis.createClient(),
    checkpointer: new MemoryCheckpointer(),
    ledger: new Ledger(),
    delays: new DelayStatistics(),
    routes: new RouteStatistics(),
  };
}

async function startApp(world: World): Promise<INestApplication> {
  const { client, checkpointer, ledger, delays, routes } = world;
  const names = { streamName: STREAM, deadLetterStreamName: DEAD_LETTERS };
  const config = { client, checkpointer, ...names, run: 'test' };
  const module = await Test.createTestingModule({ imports: [AppModule.register(config)] })
    .overrideProvider(Ledger)
    .useValue(ledger)
    .overrideProvider(DelayStatistics)
    .useValue(delays)
    .overrideProvider(RouteStatistics)
    .useValue(routes)
    .compile();
  const app = module.createNestApplication({ logger: false });
  await app.listen(0, '127.0.0.1');
  return app;
}

async function get<T>(app: INestApplication, path: string): Promise<T> {
  return (await (await fetch(`${await app.getUrl()}/${path}`)).json()) as T;
}

async function post(app: INestApplication, batch: typeof flights): Promise<void> {
  await postFlights(await app.getUrl(), batch, () => undefined);
}

async function allSettled(ledger: Ledger, count: number): Promise<void> {
  await eventually(() => ledger.settled >= count, `${count} flights handled or dead-lettered`);
}

describe.each([
  ['the local Kinesis', startLocal],
  ['kinesalite', startOther],
])('sample app on %s', (_name, start) => {
  let kinesis: TestKinesis;
  let world: World;

  beforeEach(async () => {
    kinesis = await start();
    world = createWorld(kinesis);
  });

  afterEach(async () => {
    world.client.destroy();
    await kinesis.stop();
  });

  it('handles every flight once, in order, or makes it a dead letter, and serves what the data say', async () => {
    const app = await startApp(world);
    await post(app, flights);
    await allSettled(world.ledger, flights.length);
    const served: Served = { airports: await get(app, 'airports'), routes: await get(app, 'routes') };
    const reasons = await get<DeadLetterReason[]>(app, 'dead-letters');
    const times = app.get(HandlerTimes).list();
    await app.close();

    expect(replay.broken.size).toBe(4);
    expect(world.ledger.result()).toEqual({
      put: flights.length,
      handled: intact,
      deadLettered: 4,
      lost: 0,
      duplicates: 0,
      outOfOrder: 0,
    });
    expect(compareWithData(served, world.ledger, replay).filter(({ agrees }) => !agrees)).toEqual([]);
    expect(reasons.map(({ handler, letters }) => [handler, letters]).sort()).toEqual(
      HANDLERS.flatMap((handler) => [1, 2, 1].map((letters) => [handler, letters])).sort(),
    );
    const calls = new Map(times.map((time) => [time.handler, time.calls]));
    expect(calls.get('DelaysConsumer.onFlight')).toBe(flights.length);
    expect(calls.get('RoutesConsumer.onFlights')).toBeLessThan(intact);
  });

  it('goes on exactly where it was when closed half-way and created anew', async () => {
    const first = await startApp(world);
    await post(first, flights.slice(0, 2_000));
    await eventually(() => world.ledger.settled > 200, 'some flights handled');
    await first.close();
    const settledByFirst = world.ledger.settled;

    const second = await startApp(world);
    await post(second, flights.slice(2_000));
    await allSettled(world.ledger, flights.length);
    await second.close();

    expect(settledByFirst).toBeGreaterThan(200);
    expect(world.ledger.result()).toMatchObject({
      handled: intact,
      deadLettered: replay.broken.size,
      lost: 0,
      duplicates: 0,
      outOfOrder: 0,
    });
  });
});

describe('the ledger of the sample app', () => {
  it.each(SABOTAGES)('notices sabotage: %s', async (kind) => {
    const kinesis = await startLocal();
    const world = createWorld(kinesis);
    sabotage(world.client, STREAM, kind);
    const app = await startApp(world);
    await post(app, flights);
    const expected = kind === 'lose' ? flights.length - 1 : flights.length;
    await allSettled(world.ledger, expected);
    await app.close();
    await kinesis.stop();

    const result = world.ledger.result();
    expect(isExact(result)).toBe(false);
    expect(result).toMatchObject({
      lost: kind === 'lose' ? 1 : 0,
      duplicates: kind === 'duplicate' ? 1 : 0,
      outOfOrder: kind === 'swap' ? 1 : 0,
    });
  });

  it('notices dead letters of other flights than the broken ones, though the figures add up', () => {
    const ledger = new Ledger();
    const delays = new DelayStatistics();
    const routes = new RouteStatistics();
    for (const flight of replay.intact) delays.add(flight);
    routes.addAll(replay.intact);
    for (const { index, origin } of flights) {
      const flight = { index, origin };
      ledger.put(flight);
      for (const handler of HANDLERS) {
        if (index < replay.broken.size) ledger.deadLettered(handler, flight);
        else ledger.handled(handler, flight);
      }
    }
    const served = { airports: delays.airports(), routes: routes.routes() };
    const findings = compareWithData(served, ledger, replay);
    expect(isExact(ledger.result())).toBe(true);
    expect(findings.map(({ agrees }) => agrees)).toEqual([true, true, false]);
  });

  it('answers 400 to what is no array of flights, and puts nothing', async () => {
    const kinesis = await startLocal();
    const world = createWorld(kinesis);
    const app = await startApp(world);
    const statuses = await Promise.all(
      ['{"a":1}', '[{"index":1,"origin":"","delay":3}]', '[null]'].map(async (body) => {
        const headers = { 'content-type': 'application/json' };
        return (await fetch(`${await app.getUrl()}/flights`, { method: 'POST', headers, body })).status;
      }),
    );
    await app.close();
    await kinesis.stop();
    expect(statuses).toEqual([400, 400, 400]);
    expect(world.ledger.result().put).toBe(0);
  });
});
