import type { InFlightRecord } from '../../src/delivery/in-flight-record.js';
import { Starts } from '../../src/delivery/starts.js';
import { Gate } from '../../src/runtime/gate.js';

const record = (index: number): InFlightRecord => ({ index }) as InFlightRecord;
const records = (...indexes: number[]): InFlightRecord[] => indexes.map(record);

function startsThatStop(handlers = 1): { starts: Starts; stop: () => void; abort: () => void } {
  const stopping = new AbortController();
  const aborting = new AbortController();
  const starts = new Starts({
    handlers: Array.from({ length: handlers }),
    gate: new Gate(),
    stopped: stopping.signal,
    aborted: aborting.signal,
    mayStart: () => true,
    onRefused: () => undefined,
  });
  return { starts, stop: () => stopping.abort(), abort: () => aborting.abort() };
}

describe('once the shard is given up', () => {
  it('records start that others have come past, and none beyond', () => {
    const { starts, stop } = startsThatStop();
    starts.isAllowed(record(5));
    stop();
    expect([starts.isAllowed(record(4)), starts.isAllowed(record(6))]).toEqual([true, false]);
  });

  it('none starts any more when the time for those that run is over', () => {
    const { starts, stop, abort } = startsThatStop();
    starts.isAllowed(record(5));
    stop();
    abort();
    expect(starts.isAllowed(record(4))).toBe(false);
  });

  it.each([
    ['the last that has begun is not', records(5), false],
    ['one behind which others have begun is', records(4), true],
    ['a whole batch that nobody has come past is not', records(3, 4, 5), false],
    ['a batch is between whose records others have begun', records(1, 3, 5), true],
    ['what failed of a batch is, where others of it are done', records(3, 5), true],
  ])('of what failed, %s tried again', async (_, failed, again) => {
    const { starts, stop } = startsThatStop();
    starts.isAllowed(record(5));
    stop();
    expect(await starts.allowedAgain(failed)).toBe(again);
  });

  it('while it stands still, nothing starts any more, though it is resumed: what was refused has been left', async () => {
    const { starts, stop } = startsThatStop();
    starts.isAllowed(record(5));
    starts.standStill();
    stop();
    expect(await starts.allowed(record(3))).toBe(false);
    starts.resume();
    expect(starts.isAllowed(record(4))).toBe(false);
  });

  it('what failed is tried again where there are other handlers: they finish it, and would get it again from the next owner', async () => {
    const { starts, stop } = startsThatStop(2);
    starts.isAllowed(record(5));
    stop();
    expect(await starts.allowedAgain(records(5))).toBe(true);
  });
});
