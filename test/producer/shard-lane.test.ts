import type { PendingRecord, PendingUserRecord } from '../../src/producer/pending-record.js';
import type { ProducerSettings } from '../../src/producer/producer-settings.js';
import { ShardLane } from '../../src/producer/shard-lane.js';
import { SeededRandom } from '../../src/testing/seeded-random.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';
import { pendingUserRecord } from '../support/pending-record.js';

interface Sent {
  readonly at: number;
  readonly records: number;
  readonly bytes: number;
}

describe('the pace of a shard', () => {
  let clock: VirtualClock;

  beforeEach(() => {
    clock = new VirtualClock();
  });

  const createLane = (settings: Partial<ProducerSettings> = {}): ShardLane => {
    const all = {
      ordering: 'none',
      putRateLimitPerShard: 1_000,
      putBandwidthLimitPerShard: 1_024,
      initialBackoff: 50,
      maxBackoff: 2_000,
      ...settings,
    };
    return new ShardLane('shard', {
      settings: all as ProducerSettings,
      clock,
      random: new SeededRandom(1),
    });
  };

  const take = (lane: ShardLane, most: number, bytes: number, isFirst: boolean): PendingRecord[] =>
    lane.take(most, bytes, isFirst).taken;

  /** The user records of what was taken. */
  const members = (taken: readonly PendingRecord[]): PendingUserRecord[] =>
    taken.flatMap((record) => record.members);

  const fill = (lane: ShardLane, count: number, size: number): void => {
    for (let i = 0; i < count; i++) lane.push(pendingUserRecord(`key-${i}`, { size }));
  };

  /** Sends what the lane allows as soon as it allows it, for so long; the queue is kept full. */
  async function pump(lane: ShardLane, duration: number, size: number): Promise<Sent[]> {
    const sent: Sent[] = [];
    while (clock.now() < duration) {
      if (lane.length < 2_000) fill(lane, 2_000, size);
      const wait = lane.readyIn();
      expect(wait).not.toBeUndefined();
      if ((wait as number) > 0) {
        await clock.advance(wait as number);
        continue;
      }
      const taken = take(lane, 500, 5 * 1024 * 1024, true);
      if (taken.length > 0) {
        const bytes = taken.reduce((sum, record) => sum + record.size, 0);
        sent.push({ at: clock.now(), records: taken.length, bytes });
        lane.settled([], 0);
      }
    }
    return sent.filter(({ at }) => at < duration);
  }

  const total = (sent: Sent[], what: 'records' | 'bytes'): number =>
    sent.reduce((sum, each) => sum + each[what], 0);

  /** The most that left in any second. */
  const busiest = (sent: Sent[], what: 'records' | 'bytes'): number =>
    Math.max(
      ...sent.map(({ at }) =>
        total(
          sent.filter((other) => other.at >= at && other.at < at + 1_000),
          what,
        ),
      ),
    );

  it('is, for small records, the rate and no more than a short burst above it', async () => {
    const sent = await pump(createLane(), 10_000, 100);

    expect(total(sent, 'records')).toBeGreaterThanOrEqual(9_500);
    expect(total(sent, 'records')).toBeLessThanOrEqual(10_200);
    expect(busiest(sent, 'records')).toBeLessThanOrEqual(1_200);
  });

  it.each([2_000, 20_000, 300_000])('is, for records of %d bytes, the bandwidth', async (size) => {
    const sent = await pump(createLane(), 10_000, size);

    const second = 1_024 * 1_024;
    expect(total(sent, 'bytes')).toBeGreaterThanOrEqual(9.5 * second);
    // A burst is a fifth of a second, and one record may go beyond it.
    expect(total(sent, 'bytes')).toBeLessThanOrEqual(10.2 * second + size);
    expect(busiest(sent, 'bytes')).toBeLessThanOrEqual(1.2 * second + size);
  });

  it.each([100, 2_000])('does not send %d-byte records one by one when the pace is reached', async (size) => {
    const sent = await pump(createLane(), 10_000, size);

    expect(sent.length).toBeLessThan(150);
  });

  it('holds with the lowest rates there are', async () => {
    const sent = await pump(
      createLane({ putRateLimitPerShard: 1, putBandwidthLimitPerShard: 1 }),
      60_000,
      100,
    );

    expect(total(sent, 'records')).toBeGreaterThanOrEqual(57);
    expect(total(sent, 'records')).toBeLessThanOrEqual(61);
  });

  it.each([
    [{ putRateLimitPerShard: Infinity }, 2_000],
    [{ putBandwidthLimitPerShard: Infinity }, 100],
  ])('holds with %j, by the other limit', async (settings, size) => {
    const sent = await pump(createLane(settings), 5_000, size);

    const seconds = Math.max(total(sent, 'bytes') / (1_024 * 1_024), total(sent, 'records') / 1_000);
    expect(sent.length).toBeGreaterThan(10);
    expect(total(sent, 'records')).toBeGreaterThan(2_000);
    if (size === 100) expect(seconds).toBeLessThanOrEqual(5.2);
  });

  it('holds a single record back only if the pace is used up', async () => {
    const lane = createLane();
    fill(lane, 1, 100);
    expect(lane.readyIn()).toBe(0);
    expect(take(lane, 500, 5_000, true)).toHaveLength(1);
    expect(lane.readyIn()).toBeUndefined();
  });

  it('waits after a refusal, longer after each, and not at all after a success', async () => {
    const lane = createLane();
    fill(lane, 1, 100);
    const waits: number[] = [];
    for (let attempt = 0; attempt < 8; attempt++) {
      const taken = take(lane, 500, 5_000, true);
      expect(taken).toHaveLength(1);
      lane.settled(taken, 0);
      waits.push(lane.readyIn() as number);
      await clock.advance(lane.readyIn() as number);
    }

    waits.forEach((wait, attempt) => {
      const bound = Math.min(2_000, 50 * 2 ** attempt);
      expect(wait).toBeGreaterThanOrEqual(bound / 2);
      expect(wait).toBeLessThanOrEqual(bound);
    });
    take(lane, 500, 5_000, true);
    lane.settled([], 0);
    fill(lane, 1, 100);
    expect(lane.readyIn()).toBe(0);
  });

  it('keeps a request within its records and bytes', () => {
    const lane = createLane();
    fill(lane, 100, 1_000);

    expect(take(lane, 7, 1_000_000, true)).toHaveLength(7);
    expect(take(lane, 500, 3_500, true)).toHaveLength(3);
    expect(lane.length).toBe(90);
  });

  it('sends a record larger than a request usually is alone', () => {
    const lane = createLane();
    const small = pendingUserRecord('a', { size: 10 });
    const large = pendingUserRecord('b', { size: 9_000 });
    lane.push(large);
    lane.push(small);

    expect(take(lane, 500, 5_000, false)).toEqual([]);
    expect(members(take(lane, 500, 5_000, true))).toEqual([large]);
  });

  it('has one request in flight with ordering, several without', () => {
    const lanes = [createLane({ ordering: 'partition-key' }), createLane()];
    const [ordered, unordered] = lanes as [ShardLane, ShardLane];
    for (const lane of lanes) {
      fill(lane, 4, 100);
      take(lane, 2, 5_000, true);
    }

    expect([ordered.readyIn(), unordered.readyIn()]).toEqual([undefined, 0]);
    ordered.settled([], 0);
    expect(ordered.readyIn()).toBe(0);
  });

  it.each(['none', 'partition-key'] as const)(
    'passes expired records over without using up its pace (ordering: %s)',
    (ordering) => {
      const lane = createLane({ ordering });
      const late = Array.from({ length: 1_000 }, () => pendingUserRecord('a', { expiresAt: 0 }));
      const inTime = pendingUserRecord('a', { expiresAt: 1 });
      for (const record of [...late, inTime]) lane.push(record);

      const { taken, expired } = lane.take(500, 5_000, true);

      expect(members(taken)).toEqual([inTime]);
      expect(expired).toEqual(late);
    },
  );

  it('sends what was refused before what came later', async () => {
    const lane = createLane({ ordering: 'partition-key' });
    const [first, second] = [pendingUserRecord('a'), pendingUserRecord('a')] as [
      PendingUserRecord,
      PendingUserRecord,
    ];
    lane.push(first);
    const taken = take(lane, 500, 5_000, true);
    lane.push(second);

    lane.settled(taken, 0);
    await clock.advance(50);

    expect(members(take(lane, 500, 5_000, true))).toEqual([first]);
  });
});
