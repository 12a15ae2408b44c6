import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { peersFolder } from '../producer/peers.js';
import type { Command } from './program.js';

export interface JavaBuild {
  readonly kpl: Command;
  readonly kcl: Command;
}

/** What the interop tests have to fetch and build programs on Amazon's libraries. */
interface JavaPrograms {
  readonly buildPrograms: (...programs: readonly string[]) => void;
  readonly libraries: (program: string) => string;
}

const { buildPrograms, libraries } = (await import(
  new URL('../../../test/interop/java-programs.js', import.meta.url).href
)) as JavaPrograms;

/** Without a bound a JVM takes a quarter of the machine's memory before it collects any of it. */
const HEAP = '-Xmx512m';

/** Compiles the programs of a folder on the KPL and the KCL; undefined where that is not possible. */
export function buildJava(sources: string): JavaBuild | undefined {
  if (!succeeds('javac', ['-version']) || !succeeds('mvn', ['--version'])) return undefined;
  buildPrograms('kpl-producer', 'kcl-consumer');
  const temp = join(peersFolder(), 'kpl');
  mkdirSync(temp, { recursive: true });
  return {
    kpl: compile(sources, 'KplBench', 'kpl-producer', [`-Dtemp=${temp}`]),
    kcl: compile(sources, 'KclBench', 'kcl-consumer', []),
  };
}

function compile(sources: string, main: string, program: string, flags: readonly string[]): Command {
  const classes = join(peersFolder(), 'java', main);
  const classpath = [classes, join(libraries(program), '*')].join(':');
  const files = [main, 'Task'].map((name) => join(sources, `${name}.java`));
  if (!succeeds('javac', ['-d', classes, '-cp', classpath, ...files])) {
    throw new Error(`${main}.java does not compile`);
  }
  const logging = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn';
  return { file: 'java', args: [HEAP, logging, ...flags, '-cp', classpath, main] };
}

function succeeds(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}
