import { HandlerTimeoutError } from '../../src/delivery/handler-errors.js';
import { timedCall } from '../../src/delivery/timed-call.js';
import { Clock, type Timer } from '../../src/runtime/clock.js';

/** A clock of a process that was busy for long: what is due comes in any order, here the longest wait first. */
class BusyClock extends Clock {
  private timers: { readonly delay: number; readonly run: () => void }[] = [];

  now = (): number => 0;
  wallTime = (): number => 0;
  override nextTurn = (): Promise<void> => Promise.resolve();

  schedule(delay: number, run: () => void): Timer {
    const timer = { delay, run };
    this.timers.push(timer);
    return { cancel: () => (this.timers = this.timers.filter((other) => other !== timer)) };
  }

  runAll(): void {
    const due = this.timers.sort((a, b) => b.delay - a.delay);
    this.timers = [];
    for (const { run } of due) run();
  }
}

it('a call that is late has failed, in whatever order the timers of a busy process come', async () => {
  const clock = new BusyClock();
  const settled: string[] = [];
  const call = timedCall(() => new Promise(() => undefined), {
    handler: 'slow',
    clock,
    timeout: 5,
    aborted: new AbortController().signal,
  }).then(
    () => settled.push('done'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(HandlerTimeoutError);
      settled.push('failed');
    },
  );
  clock.runAll();
  await new Promise((resolve) => setImmediate(resolve));
  clock.runAll();
  await call;
  expect(settled).toEqual(['failed']);
});
