import { createRequire } from 'node:module';

/** @returns the version of Nest that modules here, the package under test among them, load */
export function nestVersion() {
  return createRequire(import.meta.url)('@nestjs/core/package.json').version;
}
