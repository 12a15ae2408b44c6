import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const PEER = 'lifion-kinesis';
const VERSION = '1.3.3';

/** Where packages are kept that only a benchmark needs, outside the repository; see `test/toolbox`. */
export function peersFolder(): string {
  const { NESTJS_KINESIS_CACHE, XDG_CACHE_HOME } = process.env;
  const root = NESTJS_KINESIS_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'nestjs-kinesis');
  return join(root, 'bench');
}

/** Installs the peer once; returns whether it is there. */
export function installPeers(): boolean {
  const folder = peersFolder();
  if (existsSync(join(folder, 'node_modules', PEER))) return true;
  console.log(`Installing ${PEER}@${VERSION} into ${folder}, for this benchmark only`);
  mkdirSync(folder, { recursive: true });
  const args = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts'];
  const { status } = spawnSync('npm', [...args, `${PEER}@${VERSION}`], { stdio: 'inherit' });
  return status === 0;
}
