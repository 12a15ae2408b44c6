import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type INestApplication, Logger, type LoggerService } from '@nestjs/common';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import { eventually } from '../support/eventually.js';
import { environmentOf } from '../support/kinesis-environment.js';
import { EXAMPLES, type Example, examplesOf } from './support/examples.js';
import { readPage } from './support/pages.js';

const print = console.log;
let kinesis: LocalKinesis;
let environment: Record<string, string>;

beforeAll(async () => {
  kinesis = await LocalKinesis.start({ streams: { orders: {} } });
  environment = { ...environmentOf(kinesis), PORT: '0' };
  Object.assign(process.env, environment);
});

afterAll(async () => {
  console.log = print;
  for (const name of Object.keys(environment)) delete process.env[name];
  await kinesis.stop();
});

/** Runs the app that examples make, the last of them being its `main.ts`. */
async function runApp(name: string, examples: readonly Example[]): Promise<INestApplication> {
  const folder = join(EXAMPLES, 'apps', name);
  let main = '';
  for (const { path, source } of examples) {
    main = path.replace(EXAMPLES, folder);
    mkdirSync(dirname(main), { recursive: true });
    writeFileSync(main, source);
  }
  writeFileSync(
    main,
    `${examples.at(-1)?.source.replace('app.listen(3000)', 'app.listen(0)')}\nexport { app };\n`,
  );
  try {
    const { app } = (await import(main)) as { app: INestApplication };
    return app;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Puts an order through the app's endpoint, and waits until it says that it has consumed it. */
async function putAndConsume(app: INestApplication, id: string, said: readonly unknown[]): Promise<void> {
  const response = await fetch(`${await app.getUrl()}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id, customerId: 'c-1' }),
  });
  expect(await response.json()).toEqual({
    shardId: 'shardId-000000000000',
    sequenceNumber: expect.stringMatching(/^\d+$/) as string,
  });
  await eventually(() => said.includes(`order ${id} from shardId-000000000000`), 'the order consumed');
  await app.close();
}

/** What apps say goes here. */
function listen(): unknown[] {
  const said: unknown[] = [];
  const hear = (message: unknown): unknown => said.push(message);
  const logger: LoggerService = { log: hear, warn: hear, error: hear };
  Logger.overrideLogger(logger);
  console.log = hear;
  return said;
}

it("the README's example works as pasted", async () => {
  const said = listen();
  const [example] = examplesOf(readPage('README.md'));
  const app = await runApp('readme', example ? [example] : []);

  await putAndConsume(app, 'o-1', said);
});

it('the application of docs/getting-started.md works, and says at start-up what the page shows', async () => {
  const said = listen();
  const page = readPage('docs/getting-started.md');
  const app = await runApp('getting-started', examplesOf(page).slice(0, 3));

  await putAndConsume(app, 'o-2', said);
  const shown = page.blocks.find(({ code }) => code.startsWith('Consumers:'))?.code;
  expect(said).toContain(shown);
});
