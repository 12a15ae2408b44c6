import { parseArgs } from 'node:util';
import { History } from './history.js';

/** `npm run simulate -- --seeds N --from S --ops K`: N seeded histories from seed S on, of K operations each. */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    ops: { type: 'string', default: '60' },
  },
});
const [seeds, from, ops] = [Number(values.seeds), Number(values.from), Number(values.ops)];
const total = { records: 0, crashes: 0, reshards: 0, violations: 0 };

for (let seed = from; seed < from + seeds; seed++) {
  const { violations, ...counts } = await new History(seed, ops).run();
  total.records += counts.records;
  total.crashes += counts.crashes;
  total.reshards += counts.reshards;
  total.violations += violations.length;
  if (violations.length > 0) {
    console.error(`violation: npm run simulate -- --seeds 1 --from ${seed} --ops ${ops}`);
    for (const violation of violations.slice(0, 5)) console.error(`  ${violation}`);
  }
}
console.log(
  `simulation: seeds=${seeds} records=${total.records} crashes=${total.crashes} ` +
    `reshards=${total.reshards} violations=${total.violations}`,
);
process.exitCode = total.violations === 0 ? 0 : 1;
