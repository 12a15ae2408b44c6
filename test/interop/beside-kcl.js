import console from 'node:console';
import { asPut, nothingLost, parentsFirst } from './judgements.js';
import { Neighbours } from './neighbours.js';
import { storedRecords } from './stored-records.js';
import { firstOf, repeatedByOne, repeatedIn, wentOn } from './successions.js';

/** Long enough for both balancers to take leases, if they were to; milliseconds. */
const PEACE = 45_000;

/**
 * A KCL consumes; a worker of ours joins it, takes its share, and neither takes from the other any more. The KCL is
 * killed, and we take over all; another joins us, and takes its share. A shard is split and two are merged; then ours is
 * killed, and the KCL takes over all.
 *
 * @param kcls what the two are: `program` and, for a 3.x, `clientVersionConfig`
 * @returns what is wrong
 */
export async function besideKcl(services, { name, kcls: [first, second] }) {
  const neighbours = new Neighbours(services, name);
  try {
    await neighbours.start(first);
    await neighbours.weJoin();
    const peace = await neighbours.rest(PEACE);
    await neighbours.killKcl();
    const version = await neighbours.kclJoins(second);
    await neighbours.reshard();
    await neighbours.killOurs();
    const complaints = await neighbours.finish();
    return [...complaints, ...(await judged(services, name, neighbours, { peace, version }))];
  } catch (error) {
    throw new Error(`${error.message}; see ${neighbours.logs}`, { cause: error });
  } finally {
    await neighbours.close();
  }
}

async function judged({ kinesis }, name, { ledger, stages, stream, handovers }, { peace, version }) {
  const stored = await storedRecords(kinesis, stream, ledger.sent);
  const repeated = repeatedIn(ledger, stages);
  const [leftByKcl, leftByUs] = handovers.map(({ leases }) => leases.length);
  console.log(
    `${name}: the leases are shared evenly, and nobody took one in ${PEACE / 1_000} s, while ${peace.consumed} user ` +
      `records were consumed; ${leftByKcl} leases taken over from the killed KCL, ${leftByUs} from our killed worker; ` +
      `the KCL's fleet at ${version ?? 'no version'}; of ${ledger.consumed.length} user records consumed again: ` +
      [...repeated].map(([stage, count]) => `${count} ${stage}`).join(', '),
  );
  return [
    ...(peace.before === peace.after ? [] : [`leases moved: ${peace.before} became ${peace.after}`]),
    ...(peace.consumed > 0 ? [] : ['nothing was consumed side by side']),
    ...(repeated.get('side by side') === 0 ? [] : ['records were consumed twice while no lease moved']),
    ...handovers.flatMap((handover) => wentOn({ ...handover, ledger, stored })),
    ...nothingLost(ledger),
    ...asPut(ledger, stored),
    ...repeatedByOne(ledger),
    ...(await parentsFirst(firstOf(ledger), kinesis, stream)),
  ];
}
