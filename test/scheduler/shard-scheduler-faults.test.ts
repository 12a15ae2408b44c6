import { recordingHandler } from '../support/scripted-handlers.js';
import { VirtualStream } from '../support/virtual-stream.js';

let stream: VirtualStream;

afterEach(() => stream.close());

describe('faults of the service', () => {
  it('expired iterators cost nothing and repeat nothing', async () => {
    stream = await VirtualStream.create(1);
    const handler = recordingHandler();
    stream.worker([handler]).start();
    for (let i = 0; i < 10; i++) {
      stream.faults.add({ operation: 'GetRecords', expiredIterator: true, times: 1 });
      await stream.put([i]);
      await stream.clock.advance(3_000);
    }
    expect(handler.seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('throttling slows the calls down, and reading recovers', async () => {
    stream = await VirtualStream.create(1);
    const handler = recordingHandler();
    stream.worker([handler]).start();
    await stream.clock.advance(1_500);
    const error = 'ProvisionedThroughputExceededException';
    const fault = stream.faults.add({ operation: 'GetRecords', error });
    await stream.put(['a']);
    await stream.clock.advance(120_000);
    expect(fault.hits).toBeLessThan(40);
    fault.remove();
    await stream.clock.advance(11_000);
    expect(handler.seen).toEqual(['a']);
  });

  it('an error that no retry mends is reported, and the shard tried again', async () => {
    stream = await VirtualStream.create(1);
    await stream.put(['a']);
    const fault = stream.faults.add({ operation: 'GetRecords', error: 'AccessDeniedException' });
    const handler = recordingHandler();
    stream.worker([handler]).start();
    await stream.clock.advance(10_000);
    expect(stream.eventsOf('loop-failed').length).toBeGreaterThan(2);
    expect(fault.hits).toBeLessThan(15);
    fault.remove();
    await stream.clock.advance(5_000);
    expect(handler.seen).toEqual(['a']);
  });

  it('a failing list of shards or leases stops nothing for good', async () => {
    stream = await VirtualStream.create(1);
    await stream.put(['a']);
    stream.faults.add({ operation: 'ListShards', error: 'InternalFailure', times: 3 });
    const handler = recordingHandler();
    stream.worker([handler]).start();
    await stream.clock.advance(20_000);
    expect(handler.seen).toEqual(['a']);
  });
});
