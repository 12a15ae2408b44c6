import { recordingHandler } from '../support/scripted-handlers.js';
import { SETTINGS, VirtualStream } from '../support/virtual-stream.js';

let stream: VirtualStream;

afterEach(() => stream.close());

it('a handler that never ends is flagged within its limit, and other shards go on', async () => {
  stream = await VirtualStream.create(2);
  await stream.put(['hangs', 'behind'], 0);
  const handler = recordingHandler((payload) =>
    payload === 'hangs' ? new Promise(() => undefined) : undefined,
  );
  const worker = stream.worker([handler]);
  worker.start();
  for (let n = 0; n < 40; n++) {
    await stream.put([n], 0.9);
    await stream.clock.advance(2_000);
  }
  const [event] = stream.eventsOf('shard-stalled');
  expect(event).toMatchObject({ what: 'handler', shardId: 'shardId-000000000000' });
  expect(event?.duration).toBeLessThan(SETTINGS.stallTimeout + 2 * SETTINGS.heartbeatFrequency);
  expect(stream.eventsOf('shard-stalled')).toHaveLength(1);
  const [stalled] = worker.status().shards.filter((shard) => shard.reading?.stalled !== undefined);
  expect(stalled).toMatchObject({ shardId: 'shardId-000000000000', reading: { stalled: 'handler' } });
  expect(handler.seen).toEqual(['hangs', ...Array(40).keys()]);
});

it('a call of the service that never answers is given up, and the shard is read on', async () => {
  stream = await VirtualStream.create(1);
  const handler = recordingHandler();
  stream.worker([handler]).start();
  await stream.clock.advance(3_000);
  stream.faults.add({ operation: 'GetRecords', lostReply: 'hang', times: 1 });
  await stream.clock.advance(2_000);
  await stream.put(['a']);
  await stream.clock.advance(40_000);
  expect(stream.eventsOf('call-stuck')).toHaveLength(1);
  expect(handler.seen).toEqual(['a']);
});

it('a shard of which nothing can be read is flagged within its limit', async () => {
  stream = await VirtualStream.create(1);
  const worker = stream.worker([recordingHandler()]);
  worker.start();
  await stream.clock.advance(3_000);
  const fault = stream.faults.add({ operation: 'GetRecords', error: 'InternalFailure' });
  await stream.clock.advance(SETTINGS.stallTimeout + 2 * SETTINGS.heartbeatFrequency);
  expect(stream.eventsOf('shard-stalled')).toEqual([expect.objectContaining({ what: 'reader' })]);
  fault.remove();
  await stream.clock.advance(20_000);
  expect(worker.status().shards[0]?.reading?.stalled).toBeUndefined();
});
