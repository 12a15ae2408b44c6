import { Epoch } from '../../src/producer/epoch.js';

async function isDone(epoch: Epoch): Promise<boolean> {
  let done = false;
  void epoch.done.then(() => (done = true));
  await new Promise((resolve) => setImmediate(resolve));
  return done;
}

describe('an epoch', () => {
  it('is done once it is closed and each of its records has left', async () => {
    const epoch = new Epoch();
    epoch.enter();
    epoch.enter();
    epoch.close();

    epoch.leave();
    await expect(isDone(epoch)).resolves.toBe(false);
    epoch.leave();
    await expect(isDone(epoch)).resolves.toBe(true);
  });

  it('is not done while it is open, though it is empty', async () => {
    const epoch = new Epoch();
    epoch.enter();
    epoch.leave();

    await expect(isDone(epoch)).resolves.toBe(false);
    epoch.close();
    await expect(isDone(epoch)).resolves.toBe(true);
  });
});
