import { parseArgs } from 'node:util';
import { terminate } from './terminations.js';

/** `npm run sigterm`: apps ended with SIGTERM at random moments, as many as asked for. */

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '50' }, seed: { type: 'string', default: String(Date.now()) } },
});
const seed = Number(values.seed);
const { problems, ...figures } = await terminate(Number(values.runs), seed);
process.stdout.write(`seed ${seed}: ${JSON.stringify(figures)}\n`);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
