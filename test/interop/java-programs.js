import { join } from 'node:path';
import { cacheFolder } from '../toolbox/cache-folder.js';
import { run } from '../toolbox/run.js';
import { Program } from './program.js';

const BUILD = cacheFolder('interop');
/** Several run side by side on small machines. */
const JVM = ['-Xmx512m', '-XX:+UseSerialGC'];
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

/** A running Java program. */
export class JavaProgram extends Program {
  /**
   * @param program name of its module
   * @param mainClass its class
   * @param name of its log file
   * @param properties what it reads with `System.getProperty`
   * @param onLine called with each line of its standard output
   */
  constructor(program, mainClass, { name = program, properties = {}, args = [], onLine } = {}) {
    const classpath = [join(BUILD, program, 'classes'), join(libraries(program), '*')].join(':');
    const defines = Object.entries({ ...LOGGING, ...properties }).map(
      ([name, value]) => `-D${name}=${value}`,
    );
    super('java', [...JVM, ...defines, '-cp', classpath, mainClass, ...args], { name, onLine });
  }
}
