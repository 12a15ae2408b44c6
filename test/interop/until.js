import { setTimeout as sleep } from 'node:timers/promises';

/** How long anything awaited may take, in seconds. */
const PATIENCE = 120;

/** Waits for a condition. @throws when it takes too long, or one of the programs it depends on has ended */
export async function until(what, condition, ...programs) {
  for (let waited = 0; !condition(); waited += 0.1) {
    if (programs.some((program) => !program.running) && !condition()) {
      await sleep(500); // Its last lines may still be on their way.
      if (condition()) return;
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
