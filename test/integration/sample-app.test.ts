import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { MemoryCheckpointer } from 'nestjs-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import { AppModule } from '../../sample-app/app.module.js';
import { compareWithFile } from '../../sample-app/demo/compare.js';
import { readFlights } from '../../sample-app/demo/flight-file.js';
import { postFlights } from '../../sample-app/demo/replay.js';
import { sabotage, SABOTAGES } from '../../sample-app/demo/sabotage.js';
import type { AirportDelay } from '../../sample-app/flights/delay-statistics.js';
import { DelayStatistics } from '../../sample-app/flights/delay-statistics.js';
import { isExact, Ledger } from '../../sample-app/flights/ledger.js';
import { eventually } from '../support/eventually.js';
import { startKinesalite, type TestKinesis } from '../support/kinesalite.js';

const STREAM = 'flights';
const SHARDS = 4;
const RUN = 'test';
const flights = readFlights(RUN).slice(0, 3_000);

async function startLocal(): Promise<TestKinesis> {
  const kinesis = await LocalKinesis.start({ streams: { [STREAM]: { shards: SHARDS } } });
  return { createClient: () => kinesis.client(), stop: () => kinesis.stop() };
}

/** What outlives the app: a closed app's successor goes on with these. */
interface World {
  client: KinesisClient;
  checkpointer: MemoryCheckpointer;
  ledger: Ledger;
  statistics: DelayStatistics;
}

function createWorld(kinesis: TestKinesis): World {
  return {
    client: kinesis.createClient(),
    checkpointer: new MemoryCheckpointer(),
    ledger: new Ledger(),
    statistics: new DelayStatistics(),
  };
}

async function startApp({ client, checkpointer, ledger, statistics }: World): Promise<INestApplication> {
  const config = { client, checkpointer, streamName: STREAM, run: RUN };
  const module = await Test.createTestingModule({ imports: [AppModule.register(config)] })
    .overrideProvider(Ledger)
    .useValue(ledger)
    .overrideProvider(DelayStatistics)
    .useValue(statistics)
    .compile();
  const app = module.createNestApplication({ logger: false });
  await app.listen(0, '127.0.0.1');
  return app;
}

async function post(app: INestApplication, batch: typeof flights): Promise<void> {
  await postFlights(await app.getUrl(), batch, () => undefined);
}

async function allHandled(ledger: Ledger, count: number): Promise<void> {
  await eventually(() => ledger.distinct >= count, `${count} flights handled`);
}

describe.each([
  ['the local Kinesis', startLocal],
  ['kinesalite', () => startKinesalite(STREAM, SHARDS)],
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

  it('handles every flight once, in order, and serves the statistics of the file', async () => {
    const app = await startApp(world);
    await post(app, flights);
    await allHandled(world.ledger, flights.length);
    const served = (await (await fetch(`${await app.getUrl()}/airports`)).json()) as AirportDelay[];
    await app.close();

    expect(world.ledger.result()).toEqual({
      put: flights.length,
      handled: flights.length,
      lost: 0,
      duplicates: 0,
      outOfOrder: 0,
    });
    expect(compareWithFile(served, flights)).toEqual([]);
  });

  it('goes on exactly where it was when closed half-way and created anew', async () => {
    const first = await startApp(world);
    await post(first, flights.slice(0, 2_000));
    await eventually(() => world.ledger.distinct > 200, 'some flights handled');
    await first.close();
    const handledByFirst = world.ledger.distinct;

    const second = await startApp(world);
    await post(second, flights.slice(2_000));
    await allHandled(world.ledger, flights.length);
    await second.close();

    expect(handledByFirst).toBeGreaterThan(200);
    expect(world.ledger.result()).toMatchObject({
      handled: flights.length,
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
    sabotage(world.client, kind);
    const app = await startApp(world);
    await post(app, flights);
    const expected = kind === 'lose' ? flights.length - 1 : flights.length;
    await allHandled(world.ledger, expected);
    await app.close();
    await kinesis.stop();

    const result = world.ledger.result();
    expect(isExact(result)).toBe(false);
    expect(result).toMatchObject({
      lost: kind === 'lose' ? 1 : 0,
      outOfOrder: kind === 'swap' ? 1 : 0,
    });
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
