import { jest } from '@jest/globals';
import { KinesisAbortedError } from '../../src/errors.js';
import { abortReason, createSharedAbort, onAbort, untilAborted } from '../../src/runtime/abort.js';

describe('abortReason', () => {
  it('is the error the signal was aborted with', () => {
    const reason = new Error('closing');
    expect(abortReason(AbortSignal.abort(reason))).toBe(reason);
  });

  it('is an error also when something else was passed to abort()', () => {
    const reason = abortReason(AbortSignal.abort('just a text'));

    expect(reason).toBeInstanceOf(KinesisAbortedError);
    expect(reason.cause).toBe('just a text');
  });
});

describe('onAbort', () => {
  it('calls the listener once when the signal aborts', () => {
    const controller = new AbortController();
    const listener = jest.fn();
    onAbort(controller.signal, listener);
    expect(listener).not.toHaveBeenCalled();

    controller.abort();
    controller.abort();

    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('calls the listener at once when the signal has aborted', () => {
    const listener = jest.fn();
    onAbort(AbortSignal.abort(), listener);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('forgets a listener that was taken off', () => {
    const controller = new AbortController();
    const listener = jest.fn();

    onAbort(controller.signal, listener)();
    controller.abort();

    expect(listener).not.toHaveBeenCalled();
  });

  it('does without a signal', () => {
    const listener = jest.fn();
    onAbort(undefined, listener)();
    expect(listener).not.toHaveBeenCalled();
  });
});

describe('untilAborted', () => {
  it.each([undefined, new AbortController().signal])('passes the outcome on', async (signal) => {
    const failure = new Error('failed');
    await expect(untilAborted(Promise.resolve(5), signal)).resolves.toBe(5);
    await expect(untilAborted(Promise.reject(failure), signal)).rejects.toBe(failure);
  });

  it('ends the wait when the signal aborts, and swallows what the promise does later', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    let fail: (error: Error) => void = () => undefined;
    const promise = new Promise<void>((_, reject) => (fail = reject));

    const wait = untilAborted(promise, controller.signal);
    controller.abort(reason);

    await expect(wait).rejects.toBe(reason);
    fail(new Error('late'));
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('does not wait at all when the signal has aborted', async () => {
    const reason = new Error('before');
    const never = new Promise(() => undefined);
    await expect(untilAborted(never, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('lets those with a signal and those without out in the order they went in', async () => {
    const promise = Promise.resolve();
    const out: number[] = [];
    const waits = [undefined, new AbortController().signal, undefined].map((signal, index) =>
      untilAborted(promise, signal).then(() => out.push(index)),
    );

    await Promise.all(waits);

    expect(out).toEqual([0, 1, 2]);
  });
});

describe('createSharedAbort', () => {
  it('makes a signal that any number may wait for, without a warning', async () => {
    const warnings: string[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning.name);
    process.on('warning', onWarning);
    const shared = createSharedAbort();
    let called = 0;
    for (let i = 0; i < 50; i++) onAbort(shared.signal, () => called++);

    shared.abort();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', onWarning);

    expect(called).toBe(50);
    expect(warnings).toEqual([]);
  });
});
