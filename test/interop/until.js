import { setTimeout as sleep } from 'node:timers/promises';

/** How long anything awaited may take, in seconds: most of it for the lock of a KCL 3.x's leader, which is 120. */
const PATIENCE = 240;

/** Waits for a condition, which may be a promise. @throws when it takes too long, or one of the programs it depends on has ended */
export async function until(what, condition, ...programs) {
  for (let waited = 0; !(await condition()); waited += 0.1) {
    if (programs.some((program) => !program.running) && !(await condition())) {
      await sleep(500); // Its last lines may still be on their way.
      if (await condition()) return;
      throw new Error(`waiting for ${what}, but a program has ended`);
    }
    if (waited > PATIENCE) throw new Error(`waited ${PATIENCE} s in vain for ${what}`);
    await sleep(100);
  }
}

/** Splits a shard and merges two while a ledger fills: when a quarter, and when half of its puts are acknowledged. */
export async function reshardAmid(ledger, kinesis, stream, ...programs) {
  const acknowledged = (part) => () => ledger.acknowledged.size >= ledger.sent.length * part;
  await until('a quarter of the records', acknowledged(1 / 4), ...programs);
  const [, upper] = await kinesis.split(stream, 'shardId-000000000000');
  await until('half of the records', acknowledged(1 / 2), ...programs);
  await kinesis.merge(stream, upper, 'shardId-000000000001');
}
