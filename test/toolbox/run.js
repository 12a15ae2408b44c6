import { spawnSync } from 'node:child_process';

/** Whether a program is at hand: whether it starts at all. */
export function atHand(program, ...args) {
  return spawnSync(program, args.length > 0 ? args : ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Runs a program to its end, showing what it says. @throws when it fails */
export function run(program, args, options = {}) {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit', ...options });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}`);
}
