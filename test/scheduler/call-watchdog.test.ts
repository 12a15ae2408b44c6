import { KinesisNetworkError } from '../../src/errors.js';
import { CALL_TIMEOUT, watchCall } from '../../src/scheduler/call-watchdog.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';

let clock: VirtualClock;
let stuck: number;
let stopping: AbortController;

beforeEach(() => {
  clock = new VirtualClock();
  stuck = 0;
  stopping = new AbortController();
});

function watch<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return watchCall('GetRecords', call, { clock, signal: stopping.signal, onStuck: () => stuck++ });
}

const never = () => new Promise<never>(() => undefined);

it('a call that is answered gives its answer, and nobody waits on', async () => {
  const call = watch(async () => {
    await clock.sleep(CALL_TIMEOUT - 1);
    return 'a page';
  });
  await clock.advance(CALL_TIMEOUT - 1);
  expect(await call).toBe('a page');
  expect([stuck, clock.pending]).toEqual([0, 0]);
});

it('a call that fails fails as it does, and is not called stuck', async () => {
  const error = new Error('throttled');
  await expect(watch(() => Promise.reject(error))).rejects.toBe(error);
  expect([stuck, clock.pending]).toEqual([0, 0]);
});

it('a call without an answer is given up after 30 s, once, with an error that may be tried again', async () => {
  let given: AbortSignal | undefined;
  const call = watch((signal) => {
    given = signal;
    return never();
  });
  const error = call.catch((reason: unknown) => reason);
  await clock.advance(CALL_TIMEOUT - 1);
  expect([stuck, given?.aborted]).toEqual([0, false]);
  await clock.advance(1);
  expect(await error).toBeInstanceOf(KinesisNetworkError);
  expect(await error).toMatchObject({
    retryable: true,
    message: 'GetRecords was not answered within 30 s.',
  });
  expect([stuck, given?.aborted]).toEqual([1, true]);
});

it('a call that ends because it was given up has that for its reason, whatever it says itself', async () => {
  const call = watch(
    (signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('socket hang up')))),
  );
  const error = call.catch((reason: unknown) => reason);
  await clock.advance(CALL_TIMEOUT);
  expect(await error).toBeInstanceOf(KinesisNetworkError);
});

it('a call ends with the signal of its reader, and that is not called stuck', async () => {
  const call = watch(never);
  stopping.abort(new Error('lease lost'));
  await expect(call).rejects.toThrow('lease lost');
  await clock.advance(CALL_TIMEOUT);
  expect([stuck, clock.pending]).toEqual([0, 0]);
});
