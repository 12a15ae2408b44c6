import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MemoryCheckpointer } from '../../../src/checkpointers/memory-checkpointer.js';
import { type AppSettings, LISTENING, STATUS, type StatusAnswer, type StoreCall } from './app/settings.js';

/** How long an app may take to end before it counts as stuck, in milliseconds: its own deadlines, and room for a busy machine. */
const PATIENCE = 60_000;

/** How long an app may take to say what it is at, in milliseconds. */
const ANSWER = 5_000;

type Message = StoreCall | StatusAnswer | typeof LISTENING;

type Method = (...args: readonly unknown[]) => Promise<unknown>;

/** The app as a process of its own; the store it uses lives here. */
export class AppProcess {
  private readonly exited: Promise<unknown>;
  private output = '';

  private constructor(
    private readonly child: ChildProcess,
    private readonly store: MemoryCheckpointer,
  ) {
    this.exited = once(child, 'close');
    for (const pipe of [child.stdout, child.stderr]) {
      pipe?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    }
    child.on('message', (message: Message) => {
      if (typeof message === 'object' && 'method' in message) void this.answer(message);
    });
    // However the tests end, no app must outlive them.
    process.once('exit', this.endNow);
  }

  /** Resolves when the app listens for SIGTERM; it has not started to consume then. */
  static async start(
    programs: string,
    settings: AppSettings,
    store: MemoryCheckpointer,
  ): Promise<AppProcess> {
    const child = fork(join(programs, 'app.js'), [JSON.stringify(settings)], {
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
      execArgv: [],
      serialization: 'advanced',
      silent: true,
    });
    const app = new AppProcess(child, store);
    const listening = new Promise<void>((resolve) => {
      child.on('message', (message) => message === LISTENING && resolve());
    });
    await Promise.race([listening, app.exited]);
    return app;
  }

  /** Sends SIGTERM and waits for the end. @returns what was wrong with it */
  async terminate(): Promise<string[]> {
    this.child.kill('SIGTERM');
    const waiting = new AbortController();
    const late = sleep(PATIENCE, 'late', { signal: waiting.signal }).catch(() => undefined);
    const isLate = (await Promise.race([this.exited, late])) === 'late';
    waiting.abort();
    if (isLate) this.endNow();
    await this.exited;
    process.removeListener('exit', this.endNow);
    const { signalCode, exitCode } = this.child;
    return [
      ...(isLate ? [`it did not end within ${PATIENCE} ms`] : []),
      // As Nest ends a process whose hooks have run.
      ...(signalCode === 'SIGTERM' ? [] : [`it ended with ${signalCode ?? exitCode}`]),
      ...(this.output === '' ? [] : [`it said: ${this.output}`]),
    ];
  }

  /** What its consumers are at, if it still says. */
  async status(): Promise<string> {
    const waiting = new AbortController();
    const answered = new Promise<unknown>((resolve) => {
      this.child.on('message', (message: Message) => {
        if (typeof message === 'object' && 'status' in message) resolve(message.status);
      });
    });
    this.child.send(STATUS, () => undefined);
    const late = sleep(ANSWER, 'no answer', { signal: waiting.signal }).catch(() => undefined);
    const status = await Promise.race([answered, this.exited.then(() => 'it has ended'), late]);
    waiting.abort();
    return JSON.stringify(status);
  }

  private async answer({ id, method, args }: StoreCall): Promise<void> {
    const store = this.store as unknown as Record<string, Method>;
    const answer = await store[method]?.(...args);
    if (this.child.connected) this.child.send({ id, answer }, () => undefined);
  }

  private readonly endNow = (): void => {
    this.child.kill('SIGKILL');
  };
}
