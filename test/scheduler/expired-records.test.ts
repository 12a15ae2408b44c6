import { jest } from '@jest/globals';
import { policyWith, recordingHandler } from '../support/scripted-handlers.js';
import { VirtualStream } from '../support/virtual-stream.js';

/** Of the stream, in milliseconds; the service itself keeps records for a day at least. */
let retention: number;

async function streamOf(): Promise<VirtualStream> {
  const stream = await VirtualStream.create(1);
  const describe = stream.gateway.describeStream.bind(stream.gateway);
  jest
    .spyOn(stream.gateway, 'describeStream')
    .mockImplementation(async (...args) => ({ ...(await describe(...args)), retention }));
  return stream;
}

it('a record that fails is tried until the stream no longer has it, and a retention that was raised counts', async () => {
  retention = 300_000;
  const stream = await streamOf();
  const handler = recordingHandler(
    () => {
      throw new Error('the database is away');
    },
    { retry: { maxAge: 'retention' } },
  );
  const worker = stream.worker([handler]);
  worker.start();
  await stream.put(['order']);
  await stream.clock.advance(200_000);
  retention = 600_000;
  await stream.clock.advance(390_000);
  expect(stream.eventsOf('shard-halted')).toEqual([]);

  await stream.clock.advance(20_000);
  expect(stream.eventsOf('shard-halted')).toMatchObject([{ expired: true }]);
  await stream.stop(worker);
});

it('what becomes of it then is up to the handler', async () => {
  retention = 300_000;
  const stream = await streamOf();
  const handler = recordingHandler(
    (payload) => {
      if (payload === 'bad') throw new Error('never');
    },
    policyWith({ retry: { maxAge: 'retention' }, onExhausted: 'skip' }),
  );
  const worker = stream.worker([handler]);
  worker.start();
  await stream.put(['bad', 'good']);
  await stream.clock.advance(290_000);
  expect(handler.seen).not.toContain('good');
  await stream.clock.advance(20_000);
  expect(handler.seen.at(-1)).toBe('good');
  await stream.stop(worker);
});
