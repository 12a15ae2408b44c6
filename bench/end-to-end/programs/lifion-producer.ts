import { createLifion } from './lifion.js';
import { readItems, tally, task } from './task.js';

/** lifion-kinesis, whose `putRecords` is one call of the service: batched by hand, several at a time. */

const RECORDS_PER_REQUEST = 500;
const REQUESTS_AT_ONCE = 4;

const items = readItems();
const expected = Number(task.BENCH_RECORDS);
const kinesis = createLifion();

let taken = 0;
const put = async (): Promise<void> => {
  while (taken < expected) {
    const first = taken;
    taken += Math.min(RECORDS_PER_REQUEST, expected - taken);
    const records = Array.from({ length: taken - first }, (_, index) => {
      const item = items[(first + index) % items.length];
      if (!item) throw new Error('there are no items');
      return { data: item.value, partitionKey: item.partitionKey };
    });
    await kinesis.putRecords({ records, streamName: task.BENCH_STREAM });
    tally(records.length);
  }
};
await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, put));
