import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { clearTimeout, setTimeout } from 'node:timers';
import { cacheFolder } from '../toolbox/cache-folder.js';
import { run } from '../toolbox/run.js';

const BUILD = cacheFolder('interop');
const LOGGING = { 'org.slf4j.simpleLogger.defaultLogLevel': 'info' };

/**
 * Fetches the libraries from Maven Central and compiles the programs; quick when nothing has changed.
 *
 * @param programs the names of those that are needed; all if there are none
 */
export function buildPrograms(...programs) {
  const pom = join(import.meta.dirname, 'java', 'pom.xml');
  const only = programs.length > 0 ? ['--projects', programs.join(',')] : [];
  run('mvn', ['--batch-mode', '--quiet', '--file', pom, 'package', ...only, `-Dinterop.build=${BUILD}`]);
}

/** The folder of a program's libraries. */
export function libraries(program) {
  return join(BUILD, program, 'lib');
}

/** A running Java program, read line by line. */
export class JavaProgram {
  #child;
  #exited;

  /**
   * @param program name of its module
   * @param mainClass its class
   * @param name of its log file
   * @param properties what it reads with `System.getProperty`
   * @param onLine called with each line of its standard output
   */
  constructor(program, mainClass, { name = program, properties = {}, args = [], onLine = () => {} } = {}) {
    const classpath = [join(BUILD, program, 'classes'), join(libraries(program), '*')].join(':');
    const defines = Object.entries({ ...LOGGING, ...properties }).map(
      ([name, value]) => `-D${name}=${value}`,
    );
    this.#child = spawn('java', ['-Xmx512m', ...defines, '-cp', classpath, mainClass, ...args], {
      // Nothing these programs do is for anything but this machine.
      env: { ...process.env, AWS_EC2_METADATA_DISABLED: 'true' },
    });
    this.#exited = once(this.#child, 'exit');
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
    const [code] = await this.#exited;
    clearTimeout(timer);
    return code;
  }

  async kill() {
    if (!this.running) return;
    this.#child.kill('SIGKILL');
    await this.#exited;
  }
}
