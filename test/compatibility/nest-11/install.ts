import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A project with Nest 11 and a lock file of its own. */
export const PROJECT = import.meta.dirname;

/** Installs what the project's lock file says, unless that was done since it last changed. */
export async function installNest11(): Promise<void> {
  if (await isInstalled()) return;
  try {
    await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: PROJECT });
  } catch (cause) {
    throw new Error(
      'Nest 11 could not be installed for its tests. They need the npm registry once: ' +
        'run "npm ci" in test/compatibility/nest-11 where it can be reached.',
      { cause },
    );
  }
}

/** npm writes the inner lock file last. */
async function isInstalled(): Promise<boolean> {
  const [lock, installed] = await Promise.all([
    stat(join(PROJECT, 'package-lock.json')),
    stat(join(PROJECT, 'node_modules', '.package-lock.json')).catch(() => undefined),
  ]);
  return installed !== undefined && installed.mtimeMs >= lock.mtimeMs;
}
