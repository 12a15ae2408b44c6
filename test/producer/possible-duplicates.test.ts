import type { FaultRule } from '../../src/testing/index.js';
import { startProducer } from '../support/producer-fixture.js';

async function put(fault: Partial<FaultRule>) {
  const { producer, clock, faults, stored } = await startProducer();
  faults.add({ operation: 'PutRecords', times: 1, ...fault });
  const sends = ['a', 'b', 'c'].map((partitionKey) => producer.send(partitionKey, { partitionKey }));
  await clock.advance(5_000);
  await Promise.all(sends);
  const { possibleDuplicates } = producer.stats();
  return { possibleDuplicates, duplicates: stored().length - sends.length };
}

describe('a producer counts as possible duplicates', () => {
  it.each<[string, Partial<FaultRule>]>([
    ['the connection is cut before the reply', { cut: 'after' }],
    ['a server error comes in place of the reply', { lostReply: true }],
  ])('the records it sends again because %s', async (_case, fault) => {
    expect(await put(fault)).toEqual({ possibleDuplicates: 3, duplicates: 3 });
  });

  it('none that the service refused', async () => {
    const error = 'ProvisionedThroughputExceededException';
    expect(await put({ error })).toEqual({ possibleDuplicates: 0, duplicates: 0 });
    expect(await put({ error, perRecord: true })).toEqual({ possibleDuplicates: 0, duplicates: 0 });
    expect(await put({ error: 'InternalFailure', perRecord: true })).toEqual({
      possibleDuplicates: 0,
      duplicates: 0,
    });
  });
});
