import { History, OPERATIONS } from '../history.js';

/** Runs histories until one breaks a promise; the last line says which. Started in a sandbox, with the number of seeds. */
const seeds = Number(process.argv[2]);

Error.stackTraceLimit = 0;

let caught: { seed: number; check: number; text: string } | undefined;
for (let seed = 1; seed <= seeds && !caught; seed++) {
  console.log(JSON.stringify({ seed }));
  const [violation] = (await new History(seed, OPERATIONS).run()).violations;
  if (violation) caught = { seed, check: violation.check, text: violation.text };
}
console.log(JSON.stringify({ caught: caught ?? null }));
process.exit();
