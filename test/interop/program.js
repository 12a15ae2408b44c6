import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { clearTimeout, setTimeout } from 'node:timers';
import { cacheFolder } from '../toolbox/cache-folder.js';

/** A running program, read line by line. */
export class Program {
  #child;
  #closed;

  /**
   * @param name of its log file
   * @param onLine called with each line of its standard output
   */
  constructor(command, args, { name, onLine = () => {} }) {
    this.#child = spawn(command, args, {
      // Nothing these programs do is for anything but this machine.
      env: { ...process.env, AWS_EC2_METADATA_DISABLED: 'true' },
    });
    // None outlives this process.
    const end = () => this.#child.kill('SIGKILL');
    process.once('exit', end);
    this.#child.once('exit', () => process.off('exit', end));
    // With it all that it wrote has been read, which is not so at its exit.
    this.#closed = once(this.#child, 'close');
    createInterface({ input: this.#child.stdout }).on('line', onLine);
    this.log = join(cacheFolder('interop', 'logs'), `${name}.log`);
    this.#child.stderr.pipe(createWriteStream(this.log));
  }

  get running() {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Ends its standard input, which asks it to stop, and waits until it has. */
  async finish(patience) {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), patience);
    const [code] = await this.#closed;
    clearTimeout(timer);
    return code;
  }

  async kill() {
    if (!this.running) return;
    this.#child.kill('SIGKILL');
    await this.#closed;
  }
}
