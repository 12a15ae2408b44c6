import { CatchingUp } from '../../src/scheduler/catching-up.js';
import type { ReaderStatus } from '../../src/scheduler/shard-reader.js';
import { recordingHandler } from '../support/scripted-handlers.js';
import { VirtualStream } from '../support/virtual-stream.js';

let stream: VirtualStream;

describe('a shard', () => {
  afterEach(() => stream.close());

  it('has caught up once its last record is handled, and says so once', async () => {
    stream = await VirtualStream.create(1);
    await stream.put(['a', 'b']);
    await stream.clock.advance(5_000);
    const slow = recordingHandler(() => stream.clock.sleep(10_000));
    stream.worker([slow]).start();
    await stream.clock.advance(18_000);
    expect(slow.seen).toEqual(['a', 'b']);
    expect(stream.eventsOf('caught-up')).toEqual([]);
    await stream.clock.advance(10_000);
    expect(stream.eventsOf('caught-up')).toHaveLength(1);
    await stream.put(['c']);
    await stream.clock.advance(60_000);
    expect(stream.eventsOf('caught-up')).toEqual([
      { type: 'caught-up', stream: 'orders', application: 'app', shardId: 'shardId-000000000000' },
    ]);
  });
});

function status(millisBehindLatest: number | undefined, isDrained = true): ReaderStatus {
  return {
    millisBehindLatest,
    isDrained,
    bufferedRecords: 0,
    bufferedBytes: 0,
    hasIterator: true,
    lastSuccess: 0,
  };
}

it.each([
  ['nothing was read yet', status(undefined)],
  ['the last page ended before the tip', status(1)],
  ['not all that was read is handled', status(0, false)],
])('no shard has caught up while %s', (_why, behind) => {
  expect(new CatchingUp().look(behind)).toBe(false);
});

it('one that swings about its tip has caught up once; one that falls behind by half a minute, again', () => {
  const catchingUp = new CatchingUp();
  const looks = [status(0), status(0), status(29_999), status(0), status(30_000), status(0)];
  expect(looks.map((each) => catchingUp.look(each))).toEqual([true, false, false, false, false, true]);
});
