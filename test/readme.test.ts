import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type INestApplication, Logger } from '@nestjs/common';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import { eventually } from './support/eventually.js';
import { environmentOf } from './support/kinesis-environment.js';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'test', '.readme');

/** The first block of TypeScript in the README, listening on a free port, as a module that gives its app away. */
function example(): string {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const code = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  expect(code).toContain('app.listen(3000)');
  return `${code.replace('app.listen(3000)', 'app.listen(0)')}\nexport { app };\n`;
}

it("the README's example works as pasted", async () => {
  const kinesis = await LocalKinesis.start({ streams: { orders: {} } });
  const environment = environmentOf(kinesis);
  Object.assign(process.env, environment);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'example.ts'), example());
  Logger.overrideLogger(false);
  const printed: string[] = [];
  const write = console.log;
  console.log = (line: string) => printed.push(line);
  try {
    const { app } = (await import(join(FOLDER, 'example.ts'))) as { app: INestApplication };
    const response = await fetch(`${await app.getUrl()}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'o-1', customerId: 'c-1' }),
    });
    expect(await response.json()).toEqual({
      shardId: 'shardId-000000000000',
      sequenceNumber: expect.stringMatching(/^\d+$/) as string,
    });
    await eventually(() => printed.includes('order o-1 from shardId-000000000000'), 'the order consumed');
    await app.close();
  } finally {
    console.log = write;
    for (const name of Object.keys(environment)) delete process.env[name];
    rmSync(FOLDER, { recursive: true, force: true });
    await kinesis.stop();
  }
});
