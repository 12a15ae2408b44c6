import type { KinesisEventListener } from '../observability/kinesis-event.js';

/** Calls functions of the app's: whatever they do must not touch the records' outcomes. */
export class AppHooks {
  constructor(
    private readonly stream: string,
    private readonly report: KinesisEventListener,
  ) {}

  call(hook: string, call: () => unknown): void {
    const { report, stream } = this;
    const reportHook = (error: unknown): void => report({ type: 'hook-failed', hook, stream, error });
    try {
      // An async function passes for one without a result: what it rejects with must not end the process.
      const result = call();
      if (result instanceof Promise) result.catch(reportHook);
    } catch (error) {
      reportHook(error);
    }
  }
}
