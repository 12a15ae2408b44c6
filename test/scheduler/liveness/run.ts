import { parseArgs } from 'node:util';
import { MAX_IN_FLIGHT } from '../../../src/delivery/in-flight.js';
import { Consumption } from './consumption.js';

/** Shard workers at random work, as many histories as asked for: half of them with room for a few records in flight only. */

const FEW = 12;

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '500' }, first: { type: 'string', default: '1' } },
});
const [seeds, first] = [Number(values.seeds), Number(values.first)];
const { records: many } = MAX_IN_FLIGHT;
let problems = 0;
for (let seed = first; seed < first + seeds; seed++) {
  MAX_IN_FLIGHT.records = seed % 2 === 0 ? many : FEW;
  for (const problem of await new Consumption(seed).run()) {
    problems++;
    process.stdout.write(`seed ${seed}: ${problem}\n`);
  }
}
process.stdout.write(`liveness: seeds=${seeds} problems=${problems}\n`);
process.exitCode = problems > 0 ? 1 : 0;
