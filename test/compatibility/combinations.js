import { expectOutput, output } from './child.js';
import { PACKAGE_CHECKS } from './packed.js';
import { compilerOf, CURRENT_NODE, nodeOf, NODES, TYPESCRIPTS } from './runtimes.js';

const HANDLED = '40 orders put, 40 of them handled in 40 calls';

/** Programs of each app, run by every Node. */
const PROGRAMS = {
  'nest-11-commonjs': {
    express: (app, node) => expectOutput(HANDLED, node, ['dist/main.js'], app.folder),
    // As AWS Lambda starts Node: the app then holds the CommonJS build.
    'express without require(esm)': (app, node) =>
      expectOutput(HANDLED, node, ['--no-experimental-require-module', 'dist/main.js'], app.folder),
    jest: (app, node) => output(node, [app.path('jest', 'bin', 'jest.js'), '--silent'], app.folder),
    cli: runCommand,
  },
  'nest-12-esm': {
    express: (app, node) => expectOutput(HANDLED, node, ['dist/main.js', 'express'], app.folder),
    fastify: (app, node) => expectOutput(HANDLED, node, ['dist/main.js', 'fastify'], app.folder),
    cli: runCommand,
  },
};

/** How an app may have TypeScript resolve modules, and the compilers that allow it. */
const RESOLUTIONS = {
  'nest-11-commonjs': {
    nodenext: { lines: TYPESCRIPTS, options: ['--module', 'nodenext', '--moduleResolution', 'nodenext'] },
    bundler: { lines: ['6.0', '7.0'], options: ['--module', 'commonjs', '--moduleResolution', 'bundler'] },
    node10: { lines: ['5.9'], options: ['--module', 'commonjs', '--moduleResolution', 'node10'] },
  },
  'nest-12-esm': {
    nodenext: { lines: TYPESCRIPTS, options: ['--module', 'nodenext', '--moduleResolution', 'nodenext'] },
    bundler: { lines: TYPESCRIPTS, options: ['--module', 'esnext', '--moduleResolution', 'bundler'] },
  },
};

export const APPS = Object.keys(PROGRAMS);

/** What is checked of the tarball itself. */
export const OF_PACKAGE = Object.entries(PACKAGE_CHECKS).map(([tool, check]) => ({
  name: `package, ${tool}`,
  quick: true,
  run: check,
}));

/** What is checked with an app; the quick ones need no other Node or TypeScript than are at hand. */
export function combinationsOf(app) {
  return [...runsOf(app), ...typeChecksOf(app)];
}

function runsOf(app) {
  return NODES.flatMap((line) =>
    Object.entries(PROGRAMS[app]).map(([program, run]) => ({
      name: `${app}, node ${line}, ${program}`,
      quick: line === CURRENT_NODE,
      run: async (installed, options) => run(installed, await nodeOf(line, options)),
    })),
  );
}

function typeChecksOf(app) {
  return Object.entries(RESOLUTIONS[app]).flatMap(([resolution, { lines, options }]) =>
    lines.map((line) => ({
      name: `${app}, typescript ${line}, ${resolution}`,
      quick: false,
      run: async (installed) => installed.typeCheck(await compilerOf(line), options),
    })),
  );
}

async function runCommand(app, node) {
  const written = await output(node, [app.path('.bin', 'nestjs-kinesis'), '--help'], app.folder);
  if (!written.startsWith('Usage: nestjs-kinesis ')) throw new Error(`not a usage text:\n${written}`);
}
