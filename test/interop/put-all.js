import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Puts the user records of a ledger through our producer, in bursts. What is not put, in the end, leaves the ledger.
 *
 * @param pause milliseconds between bursts
 * @param ahead how many user records the puts may be ahead of the consumers
 * @param isEnough whether to end after this burst
 * @returns when all are put, the promises of their outcomes
 */
export async function putAll(
  producer,
  stream,
  ledger,
  { burst, pause, ahead = Number.POSITIVE_INFINITY, isEnough = () => false },
) {
  const outcomes = [];
  for (const { number, data, partitionKey, explicitHashKey } of ledger.sent) {
    const keys = explicitHashKey === undefined ? { partitionKey } : { partitionKey, explicitHashKey };
    const outcome = producer.send(stream, data, keys).then(
      (place) => ledger.acknowledge(number, place),
      (error) => ledger.fail(number, error.message),
    );
    outcomes.push(outcome);
    if (number % burst !== 0) continue;
    do await sleep(pause);
    while (!isEnough() && outcomes.length - ledger.consumed.length > ahead);
    if (isEnough()) break;
  }
  ledger.sent = ledger.sent.slice(0, outcomes.length);
  return outcomes;
}
