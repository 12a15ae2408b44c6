import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/** Where what the scripts fetch and build is kept between runs, outside the repository. */
export function cacheFolder(...names) {
  const root =
    process.env.NESTJS_KINESIS_CACHE ??
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'nestjs-kinesis');
  const folder = join(root, ...names);
  mkdirSync(folder, { recursive: true });
  return folder;
}
