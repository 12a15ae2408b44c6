import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutant.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** What the simulator needs, below the root. */
const COPIED = ['src', 'test/simulation', 'test/support', 'package.json', 'tsconfig.json'];

/** A copy of the code in a folder of its own, to be broken. */
export class Sandbox {
  readonly folder = mkdtempSync(join(tmpdir(), 'nestjs-kinesis-mutant-'));

  constructor() {
    for (const path of COPIED) cpSync(join(ROOT, path), join(this.folder, path), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(this.folder, 'node_modules'));
  }

  /** @throws Error when the code is no longer as the mutant expects it */
  apply(mutant: Mutant): void {
    const path = join(this.folder, mutant.file);
    writeFileSync(path, mutated(readFileSync(path, 'utf8'), mutant));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** @throws Error when the code is no longer as the mutant expects it */
export function checkApplies(mutant: Mutant): void {
  mutated(readFileSync(join(ROOT, mutant.file), 'utf8'), mutant);
}

function mutated(code: string, { name, file, find, replace }: Mutant): string {
  const [before, after, more] = code.split(find);
  if (before === undefined || after === undefined || more !== undefined) {
    throw new Error(`mutant "${name}" does not apply: its code is not found exactly once in ${file}`);
  }
  return before + replace + after;
}
