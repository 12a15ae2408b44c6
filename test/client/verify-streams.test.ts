import type { KinesisGateway, StreamDescription, StreamRef } from '../../src/client/kinesis-gateway.js';
import { verifyStreams } from '../../src/client/verify-streams.js';
import {
  KinesisAccessDeniedError,
  KinesisNetworkError,
  StreamNotFoundError,
  ThrottledError,
} from '../../src/errors.js';
import { SeededRandom } from '../../src/testing/seeded-random.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';

type Answer = StreamDescription['status'] | Error;

const ref = (name: string): StreamRef => ({ name, streamName: name });

describe('verifyStreams', () => {
  let clock: VirtualClock;
  let calls: { stream: string; at: number }[];

  beforeEach(() => {
    clock = new VirtualClock();
    calls = [];
  });

  /** Answers each stream's calls in turn, the last answer for ever. */
  function verify(answers: Record<string, Answer[]>, timeout = 60_000): Promise<string> {
    const gateway = {
      async describeStream({ name }: StreamRef) {
        calls.push({ stream: name, at: clock.now() });
        const script = answers[name] as Answer[];
        const answer = script.length > 1 ? script.shift() : script[0];
        if (answer instanceof Error) throw answer;
        return { status: answer };
      },
    } as unknown as KinesisGateway;
    const random = new SeededRandom(1);
    return verifyStreams(Object.keys(answers).map(ref), { gateway, clock, random, timeout }).then(
      () => 'verified',
      (error: Error) => error.constructor.name,
    );
  }

  it.each<Answer>(['ACTIVE', 'UPDATING'])('asks once of a stream that is %s', async (status) => {
    await expect(verify({ orders: [status] })).resolves.toBe('verified');

    expect(calls).toHaveLength(1);
  });

  it('waits for a stream that is being created', async () => {
    const verified = verify({ orders: ['CREATING', 'CREATING', 'CREATING', 'ACTIVE'] });

    await clock.advance(10_000);

    await expect(verified).resolves.toBe('verified');
    expect(calls).toHaveLength(4);
  });

  it('tries again what may mend', async () => {
    const verified = verify({
      orders: [new ThrottledError('busy'), new KinesisNetworkError('cut'), 'ACTIVE'],
    });

    await clock.advance(10_000);

    await expect(verified).resolves.toBe('verified');
    expect(calls).toHaveLength(3);
  });

  it.each([new StreamNotFoundError('orders'), new KinesisAccessDeniedError('no')])(
    'gives up at once on %p',
    async (error) => {
      await expect(verify({ orders: [error, 'ACTIVE'] })).resolves.toBe(error.constructor.name);

      expect(calls).toHaveLength(1);
    },
  );

  it('gives up at once on a stream that is being deleted', async () => {
    await expect(verify({ orders: ['DELETING', 'ACTIVE'] })).resolves.toBe('KinesisServiceError');
  });

  it('fails with the last failure once the time is over', async () => {
    const verified = verify({ orders: [new ThrottledError('busy'), new KinesisNetworkError('cut')] }, 5_000);

    await clock.advance(5_000);

    await expect(verified).resolves.toBe('KinesisNetworkError');
    expect(calls.length).toBeGreaterThan(3);
    expect(clock.pending).toBe(0);
  });

  it('tries once when it may not wait', async () => {
    await expect(verify({ orders: [new ThrottledError('busy')] }, 0)).resolves.toBe('ThrottledError');

    expect(calls).toHaveLength(1);
  });

  it('does not hammer the service', async () => {
    const verified = verify({ orders: [new ThrottledError('busy')] }, 60_000);

    await clock.advance(60_000);
    await verified;

    // Waits of 125 ms to 5 s that double: some twenty calls in a minute, not thousands.
    expect(calls.length).toBeLessThan(35);
  });

  it('verifies every stream, side by side', async () => {
    const verified = verify({
      orders: ['CREATING', 'ACTIVE'],
      events: ['ACTIVE'],
      audit: ['CREATING', 'ACTIVE'],
    });

    await clock.advance(250);

    await expect(verified).resolves.toBe('verified');
    expect(new Set(calls.map((call) => call.stream))).toEqual(new Set(['orders', 'events', 'audit']));
  });

  it('stops asking for the others once one has failed for good', async () => {
    const verified = verify({
      orders: [new ThrottledError('busy')],
      events: [new ThrottledError('busy'), new StreamNotFoundError('events')],
    });

    await clock.advance(300);
    await expect(verified).resolves.toBe('StreamNotFoundError');

    expect(clock.pending).toBe(0);
    const asked = calls.length;
    await clock.advance(60_000);
    expect(calls).toHaveLength(asked);
  });
});
