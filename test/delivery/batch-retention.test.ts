import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ReceivedRecord } from '../../src/delivery/received-record.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';
import { batchHandler } from './support/batch-handler.js';
import { deliveryFixture, record } from './support/delivery-fixture.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Each look at it is late enough for a lane to let others have their turns. */
class HurriedClock extends VirtualClock {
  private looks = 0;

  override now(): number {
    return super.now() + 10 * this.looks++;
  }
}

it('a lane that waits for its turn keeps nothing of the batch it has handled', async () => {
  const payloads: WeakRef<object>[] = [];
  const { handler } = batchHandler();
  const { deliver } = deliveryFixture(
    [
      {
        ...handler,
        handle: (records) => {
          const [first] = records as readonly ReceivedRecord<object>[];
          if (first) payloads.push(new WeakRef(first.payload));
        },
      },
    ],
    { clock: new HurriedClock() },
  );

  await deliver(...[1, 2, 3, 4].map((number) => record(number, '{}')));
  expect(payloads).toHaveLength(1);
  collectGarbage();

  expect(payloads[0]?.deref()).toBeUndefined();
});
