import { RecordLog } from '../../../../src/testing/local-kinesis/engine/record-log.js';

const COUNT = 20_000;

/** A log of many chunks: record `n` (from 1) arrived at `10 * n` and holds `n` as four bytes. */
function longLog(): RecordLog {
  const log = new RecordLog();
  for (let number = 1; number <= COUNT; number++) {
    const data = new Uint8Array(4);
    new DataView(data.buffer).setUint32(0, number);
    log.append(data, `key-${number}`, number * 10);
  }
  return log;
}

function read(log: RecordLog, index: number, limit = Infinity, maxBytes = Infinity) {
  const numbers: number[] = [];
  const result = log.read(index, limit, maxBytes, (at, data, partitionKey, arrival) => {
    const number = new DataView(data.buffer, data.byteOffset).getUint32(0);
    expect([at, partitionKey, arrival]).toEqual([number, `key-${number}`, number * 10]);
    numbers.push(number);
  });
  expect(result.count).toBe(numbers.length);
  return { numbers, bytes: result.bytes };
}

describe('a log of many records', () => {
  it('is read from anywhere, across its chunks', () => {
    const log = longLog();
    expect(read(log, 1).numbers).toEqual(Array.from({ length: COUNT }, (_, position) => position + 1));
    for (const index of [2, 4095, 4096, 4097, 8192, 12_345, COUNT - 4]) {
      expect(read(log, index, 5).numbers).toEqual([0, 1, 2, 3, 4].map((offset) => index + offset));
    }
    expect(read(log, COUNT, 5).numbers).toEqual([COUNT]);
    expect(read(log, COUNT + 1, 5).numbers).toEqual([]);
    expect(read(log, COUNT * 2, 5).numbers).toEqual([]);
  });

  it('is read up to a number of bytes, but never less than a record', () => {
    const log = longLog();
    expect(read(log, 1, Infinity, 9 * 3)).toEqual({ numbers: [1, 2, 3], bytes: 27 });
    expect(read(log, 1, Infinity, 9 * 3 - 1).numbers).toEqual([1, 2]);
    expect(read(log, 1, Infinity, 1).numbers).toEqual([1]);
    expect(read(log, 4096, Infinity, 1).numbers).toEqual([4096]);
  });

  it('is found by time', () => {
    const log = longLog();
    expect([0, 10, 11, 40_960, 40_961, COUNT * 10, COUNT * 10 + 1].map((time) => log.indexAt(time))).toEqual([
      1,
      1,
      2,
      4096,
      4097,
      COUNT,
      COUNT + 1,
    ]);
  });

  it('is trimmed within and across chunks, and keeps its numbers when nothing is left', () => {
    const log = longLog();
    for (const [horizon, oldest] of [
      [10, 1],
      [11, 2],
      [40_960, 4096],
      [40_970, 4097],
      [123_456, 12_346],
      [5, 12_346],
    ] as const) {
      log.trim(horizon);
      expect(log.oldestIndex).toBe(oldest);
      expect(read(log, 1, 2).numbers).toEqual([oldest, oldest + 1]);
      expect([...log.records()]).toHaveLength(COUNT + 1 - oldest);
    }
    log.trim(COUNT * 10 + 1);
    expect([log.oldestIndex, log.nextIndex]).toEqual([COUNT + 1, COUNT + 1]);
    expect(log.append(new Uint8Array(1), 'k', COUNT * 10 + 5)).toBe(COUNT + 1);
    expect(log.indexAt(0)).toBe(COUNT + 1);
  });

  it('holds records larger than its chunks', () => {
    const log = new RecordLog();
    const sizes = [10, 3_000_000, 0, 700_000, 700_000, 5];
    for (const size of sizes) log.append(new Uint8Array(size).fill(size % 251), 'k', 1);
    const found = [...log.records()].map(({ data }) => data);
    expect(found.map((data) => data.length)).toEqual(sizes);
    for (const data of found) expect(data.every((byte) => byte === data.length % 251)).toBe(true);
  });
});
