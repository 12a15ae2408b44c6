import { createLifion } from './lifion.js';
import { tell } from './task.js';

/** lifion-kinesis, which pushes what it reads, parsed, as events. */

const kinesis = createLifion();
kinesis.on('data', ({ records }) => {
  for (const { data } of records) tell(data);
});
await kinesis.startConsumer();
