import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Journal } from './worker/journal.js';
import type { WorkerSettings } from './worker/settings.js';

/** Its last words, for the message of a test that fails. */
const LAST_WORDS = 2_000;

/** A worker in a process of its own, and what can be done to it. */
export class WorkerProcess {
  readonly name: string;
  private readonly exited: Promise<unknown>;
  private lastWords = '';
  private isExpectedToEnd = false;

  private constructor(
    private readonly child: ChildProcess,
    private readonly journal: Journal,
    settings: WorkerSettings,
  ) {
    this.name = settings.name;
    this.exited = once(child, 'exit');
    child.stderr?.on('data', (chunk: Buffer) => {
      this.lastWords = (this.lastWords + chunk.toString()).slice(-LAST_WORDS);
    });
    // However the tests end, no worker must outlive them; one that is stopped would not notice by itself.
    process.once('exit', this.endNow);
  }

  static start(programs: string, settings: WorkerSettings, journal: Journal): WorkerProcess {
    const child = spawn(process.execPath, [join(programs, 'worker.js'), JSON.stringify(settings)], {
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    return new WorkerProcess(child, journal, settings);
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** @throws Error if the process ended without having been told to */
  check(): void {
    if (!this.hasEnded || this.isExpectedToEnd) return;
    const how = String(this.child.signalCode ?? this.child.exitCode);
    throw new Error(`worker ${this.name} ended with ${how}: ${this.lastWords}`);
  }

  /** SIGKILL: the process is gone without a word. */
  async kill(): Promise<void> {
    this.isExpectedToEnd = true;
    this.journal.append({ event: 'killed', worker: this.name });
    this.endNow();
    await this.exited;
    process.removeListener('exit', this.endNow);
  }

  /** SIGSTOP: the process stands still, without knowing, as in a long pause of its machine. */
  freeze(): void {
    this.journal.append({ event: 'frozen', worker: this.name });
    this.child.send('freeze');
  }

  /** SIGCONT: it goes on as if nothing had been. */
  thaw(): void {
    this.journal.append({ event: 'thawed', worker: this.name });
    this.child.kill('SIGCONT');
  }

  /** SIGTERM: the app closes in good order. */
  async stop(): Promise<void> {
    this.isExpectedToEnd = true;
    if (this.hasEnded) return;
    this.journal.append({ event: 'told to stop', worker: this.name });
    this.child.kill('SIGTERM');
    await this.exited;
    process.removeListener('exit', this.endNow);
  }

  private readonly endNow = (): void => {
    this.child.kill('SIGKILL');
  };
}
