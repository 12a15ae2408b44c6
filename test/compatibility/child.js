import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';

/** Milliseconds after which a program that hangs is ended. */
const PATIENCE = 10 * 60_000;

/** The SDK announces on Node 20 that it will need Node 22 some day: not what these runs look for on stderr. */
const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', NO_COLOR: '1' };

/**
 * Runs a program to its end.
 *
 * @returns what it wrote to stdout and stderr
 * @throws when it fails, with what it wrote as the message
 */
export async function output(program, args, cwd) {
  const run = promisify(execFile)(program, args, {
    cwd,
    env,
    timeout: PATIENCE,
    maxBuffer: 64 * 1024 * 1024,
  });
  const { stdout, stderr } = await run.catch((error) => {
    const said = `${error.stdout ?? ''}${error.stderr ?? ''}`.trim();
    throw new Error(said === '' ? error.message : said, { cause: error });
  });
  return stdout + stderr;
}

/** Runs Node with a script and expects it to write this, and nothing else. */
export async function expectOutput(expected, node, args, cwd) {
  const written = await output(node, args, cwd);
  if (written.trim() !== expected) throw new Error(`expected "${expected}", but it wrote:\n${written}`);
}

/** Installs packages into a folder, beside those of its `package.json`. */
export function npmInstall(folder, ...packages) {
  const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--loglevel', 'error'];
  return output('npm', ['install', '--prefix', folder, '--prefer-offline', ...quiet, ...packages], folder);
}
