import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Puts the user records of a ledger through our producer, in bursts.
 *
 * @param pause milliseconds between bursts
 * @returns when all are put, the promises of their outcomes
 */
export async function putAll(producer, stream, ledger, { burst, pause }) {
  const outcomes = [];
  for (const { number, data, partitionKey, explicitHashKey } of ledger.sent) {
    const keys = explicitHashKey === undefined ? { partitionKey } : { partitionKey, explicitHashKey };
    const outcome = producer.send(stream, data, keys).then(
      (place) => ledger.acknowledge(number, place),
      (error) => ledger.fail(number, error.message),
    );
    outcomes.push(outcome);
    if (number % burst === 0) await sleep(pause);
  }
  return outcomes;
}
