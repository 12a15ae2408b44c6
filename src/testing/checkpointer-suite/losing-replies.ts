import { ok, rejects, strictEqual } from 'node:assert';
import type { Checkpointer, Lease } from '../../checkpointers/checkpointer.js';
import { KinesisNetworkError } from '../../errors.js';
import { assertLease, assertPartOfLease } from './lease-assertions.js';
import { at, type LeaseFixture, newLease, SEQUENCE, SESSION_TIMEOUT, SHARD } from './lease-fixture.js';
import { withLostReplies } from './lost-replies.js';
import type { TestRunner } from './test-runner.js';

/** The contract of a caller that had no answer: read the lease again, and go on from there. */
export function describeLosingReplies({ it }: TestRunner, leases: LeaseFixture): void {
  const unanswered = (write: (store: Checkpointer) => Promise<unknown>): Promise<void> =>
    rejects(write(withLostReplies(leases.store)), KinesisNetworkError);

  it('shows a creation that was not answered', async () => {
    await unanswered((store) => store.create(leases.scope, newLease()));

    assertLease(await leases.stored(), { ...newLease(), counter: 0 });
  });

  it('shows an acquisition that was not answered, and its worker goes on', async () => {
    const seen = await leases.created();
    await unanswered((store) => store.acquire(leases.scope, seen, 'worker-1', SESSION_TIMEOUT));

    const held = await leases.stored();

    assertPartOfLease(held, { owner: 'worker-1', counter: 1 });
    assertPartOfLease(await leases.checkpointed(held, at(SEQUENCE)), { owner: 'worker-1', counter: 2 });
  });

  it('shows a renewal that was not answered, and its worker goes on', async () => {
    const held = await leases.owned('worker-1');
    await unanswered((store) => store.renew(leases.scope, [held]));

    const reread = await leases.stored();

    assertLease(reread, { ...held, counter: 2 });
    assertLease(await leases.renewed(reread), { ...held, counter: 3 });
  });

  it('shows a checkpoint that was not answered, and its worker goes on', async () => {
    const held = await leases.owned('worker-1');
    await unanswered((store) => store.checkpoint(leases.scope, held, at(SEQUENCE, 2)));

    const reread = await leases.stored();

    assertLease(reread, { ...held, counter: 2, checkpoint: at(SEQUENCE, 2) });
    assertPartOfLease(await leases.checkpointed(reread, at(SEQUENCE, 3)), { checkpoint: at(SEQUENCE, 3) });
  });

  it('shows a request that was not answered, and who takes it back', async () => {
    const held = await leases.owned('worker-1');
    await unanswered((store) => store.requestHandOff(leases.scope, held, 'worker-2'));

    const reread = await leases.stored();
    assertLease(reread, { ...held, handOffTo: 'worker-2' });

    await unanswered((store) => store.requestHandOff(leases.scope, reread, undefined));
    assertLease(await leases.stored(), held);
  });

  it('shows a release that was not answered', async () => {
    const held = await leases.owned('worker-1');
    await unanswered((store) => store.release(leases.scope, held));

    assertPartOfLease(await leases.stored(), { owner: undefined, counter: 2 });
  });

  it('shows a hand-off that was not answered', async () => {
    const held = await leases.owned('worker-1');
    await leases.store.requestHandOff(leases.scope, held, 'worker-2');
    await unanswered((store) => store.release(leases.scope, held));

    assertPartOfLease(await leases.stored(), { owner: 'worker-2', handOffTo: undefined });
  });

  it('takes a deletion that was not answered for done when it is asked again', async () => {
    const seen = await leases.created();
    await unanswered((store) => store.delete(leases.scope, seen));

    strictEqual(await leases.store.get(leases.scope, SHARD), undefined);
    strictEqual(await leases.store.delete(leases.scope, seen), true);
  });

  const repetitions: readonly [string, (store: Checkpointer, held: Lease) => Promise<unknown>][] = [
    ['an acquisition', (store, held) => store.acquire(leases.scope, held, 'worker-1', SESSION_TIMEOUT)],
    ['a renewal', (store, held) => store.renew(leases.scope, [held])],
    ['a checkpoint', (store, held) => store.checkpoint(leases.scope, held, at(SEQUENCE, 2))],
    ['a release', (store, held) => store.release(leases.scope, held)],
  ];
  for (const [what, write] of repetitions) {
    it(`does ${what} that is sent again once`, async () => {
      const held = await leases.owned('worker-1');
      await unanswered((store) => write(store, held));
      const once = await leases.stored();

      await write(leases.store, held);

      assertLease(await leases.stored(), once);
      strictEqual(once.counter, held.counter + 1);
    });
  }

  it('does not take a competitor’s write for one’s own that was not answered', async () => {
    const seen = await leases.created();
    await unanswered((store) => store.acquire(leases.scope, seen, 'worker-1', SESSION_TIMEOUT));

    strictEqual(await leases.store.acquire(leases.scope, seen, 'worker-2', SESSION_TIMEOUT), undefined);

    ok((await leases.stored()).owner === 'worker-1');
  });
}
