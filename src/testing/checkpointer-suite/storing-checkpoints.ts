import { ok } from 'node:assert';
import { type Checkpoint, compareCheckpoints } from '../../checkpointers/checkpoint.js';
import { assertCheckpoint } from './lease-assertions.js';
import { at, type LeaseFixture, SEQUENCE } from './lease-fixture.js';
import type { TestRunner } from './test-runner.js';

/** Each later than the one before it. */
const ASCENDING: readonly Checkpoint[] = [
  { type: 'AT_TIMESTAMP', timestamp: 0 },
  { type: 'AT_TIMESTAMP', timestamp: 1_767_225_600_122 },
  { type: 'AT_TIMESTAMP', timestamp: 1_767_225_600_123 },
  { type: 'TRIM_HORIZON' },
  at('0'),
  at('9'),
  at('10'),
  at('9007199254740992'),
  at('9007199254740993'),
  at(SEQUENCE, 0),
  at(SEQUENCE, 9),
  at(SEQUENCE, 10),
  at(SEQUENCE, 2_147_483_647),
  at(`${SEQUENCE.slice(0, -1)}9`),
  at('9'.repeat(128)),
  { type: 'SHARD_END' },
];

export function describeStoringCheckpoints({ it }: TestRunner, leases: LeaseFixture): void {
  it('keeps every kind of checkpoint to the last digit, and so their order', async () => {
    let held = await leases.owned('worker-1');
    let before: Checkpoint | undefined;
    for (const checkpoint of ASCENDING) {
      held = await leases.checkpointed(held, checkpoint);

      assertCheckpoint(held.checkpoint, checkpoint);
      const stored = (await leases.stored()).checkpoint;
      assertCheckpoint(stored, checkpoint);
      ok(before === undefined || compareCheckpoints(before, stored) < 0);
      before = stored;
    }
  });

  it('keeps every kind of checkpoint that a lease begins with', async () => {
    for (const [position, checkpoint] of ASCENDING.entries()) {
      const created = await leases.created(`shardId-${position}`, { checkpoint });

      assertCheckpoint(created.checkpoint, checkpoint);
    }
  });

  it('lets an owner go back: what moves the position is for its caller to know', async () => {
    const held = await leases.checkpointed(await leases.owned('worker-1'), at(SEQUENCE, 7));

    await leases.checkpointed(held, { type: 'TRIM_HORIZON' });

    assertCheckpoint((await leases.stored()).checkpoint, { type: 'TRIM_HORIZON' });
  });
}
