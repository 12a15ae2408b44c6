import { randomBytes } from 'node:crypto';
import {
  type DeadLetterEnvelope as DeadLetter,
  DeadLetterSinkError,
  decodeDeadLetter,
  encodeDeadLetter,
  StreamNotFoundError,
} from 'nestjs-kinesis';
import { LocalKinesisGateway, SeededRandom, VirtualClock } from 'nestjs-kinesis/testing';
import type { PutEntry } from '../../../src/client/kinesis-gateway.js';
import { KinesisDeadLetterSink } from '../../../src/delivery/dead-letters/kinesis-dead-letter-sink.js';
import { LocalKinesisEngine } from '../../../src/testing/local-kinesis/engine/engine.js';
import { FaultInjector } from '../../../src/testing/local-kinesis/faults/fault-injector.js';
import { deadLetter } from '../../support/dead-letter.js';

const { signal } = new AbortController();

async function fixture(streamName = 'dead') {
  const clock = new VirtualClock();
  const engine = new LocalKinesisEngine({ clock, random: new SeededRandom(1), limits: 'none' });
  await engine.execute('CreateStream', { StreamName: 'dead', ShardCount: 2 });
  const faults = new FaultInjector(engine, { clock, random: new SeededRandom(2) });
  const gateway = new LocalKinesisGateway(faults, clock);
  const requests: (readonly PutEntry[])[] = [];
  const putRecords = gateway.putRecords.bind(gateway);
  gateway.putRecords = (stream, entries, ...rest) => {
    requests.push(entries);
    return putRecords(stream, entries, ...rest);
  };
  const sink = new KinesisDeadLetterSink({
    gateway,
    clock,
    random: new SeededRandom(3),
    stream: { name: 'dead letters', streamName },
    refusedStreams: new Set(['dead letters']),
  });
  const stored = (): DeadLetter[] => [...engine.records('dead')].map(({ data }) => decodeDeadLetter(data));
  /** Sends while the clock runs. */
  const send = async (letters: readonly DeadLetter[]): Promise<void> => {
    const sent = sink.send(letters, signal);
    sent.catch(() => undefined);
    await clock.advance(60_000);
    return sent;
  };
  return { clock, engine, faults, sink, requests, stored, send };
}

/** So many letters, each of a key of its own. */
function lettersOf(count: number, fields: Partial<DeadLetter> = {}): DeadLetter[] {
  return Array.from({ length: count }, (_, i) =>
    deadLetter({ sequenceNumber: String(i), partitionKey: `key ${i}`, ...fields }),
  );
}

const numbersOf = (letters: readonly DeadLetter[]): number[] =>
  letters.map(({ sequenceNumber }) => Number(sequenceNumber)).sort((a, b) => a - b);

it('stores letters as JSON under the partition keys of their records', async () => {
  const { engine, send, stored } = await fixture();
  await send(lettersOf(1_200));
  expect(numbersOf(stored())).toEqual(Array.from({ length: 1_200 }, (_, i) => i));
  for (const { data, partitionKey } of engine.records('dead')) {
    const letter = JSON.parse(Buffer.from(data).toString()) as DeadLetter;
    expect(letter.partitionKey).toBe(partitionKey);
  }
});

const halfThrottled = {
  operation: 'PutRecords',
  error: 'ProvisionedThroughputExceededException',
  perRecord: true,
  probability: 0.5,
};

it('stores each letter once where the service takes only some of a request', async () => {
  const { faults, send, stored, requests } = await fixture();
  faults.add({ ...halfThrottled, times: 40 });
  await send(lettersOf(40));
  expect(numbersOf(stored())).toEqual(Array.from({ length: 40 }, (_, i) => i));
  expect(requests.length).toBeGreaterThan(1);
});

it('keeps the order of a key, whatever fails', async () => {
  const { faults, send, stored } = await fixture();
  faults.add({ ...halfThrottled, times: 20 });
  await send(lettersOf(30, { partitionKey: 'one key' }));
  expect(stored().map(({ sequenceNumber }) => Number(sequenceNumber))).toEqual(
    Array.from({ length: 30 }, (_, i) => i),
  );
});

it('loses none when a reply is lost', async () => {
  const { faults, send, stored } = await fixture();
  faults.add({ operation: 'PutRecords', cut: 'after', times: 1 });
  await send(lettersOf(3));
  expect(new Set(numbersOf(stored()))).toEqual(new Set([0, 1, 2]));
});

it('gives up after a while, so that somebody can report it, and may be asked again', async () => {
  const { faults, send, stored, requests } = await fixture();
  const fault = faults.add({ ...halfThrottled, probability: 1 });
  await expect(send(lettersOf(2))).rejects.toMatchObject({ code: 'KINESIS_THROTTLED', retryable: true });
  expect(requests.length).toBeGreaterThan(3);
  fault.remove();
  await send(lettersOf(2));
  expect(numbersOf(stored())).toEqual([0, 1]);
});

it('does not repeat what the service refuses for good', async () => {
  const { send, requests } = await fixture('none-such');
  await expect(send(lettersOf(1))).rejects.toThrow(StreamNotFoundError);
  expect(requests).toHaveLength(0);
});

it('stops trying when nobody waits any more', async () => {
  const { faults, sink, clock } = await fixture();
  faults.add({ ...halfThrottled, probability: 1 });
  const stopping = new AbortController();
  const sent = sink.send(lettersOf(1), stopping.signal);
  const rejected = expect(sent).rejects.toThrow('stopped');
  await clock.advance(1_000);
  stopping.abort(new Error('stopped'));
  await rejected;
  expect(clock.pending).toBe(0);
});

describe('a letter that is larger than the stream takes', () => {
  const MEBIBYTE = 1024 * 1024;
  const text = Buffer.from('{"order":1,"text":"' + 'abc'.repeat(MEBIBYTE / 3 - 100));

  it('is compressed', async () => {
    const { send, stored, engine } = await fixture();
    await send([deadLetter({ data: text })]);
    expect(stored().map(encodeDeadLetter)).toEqual([encodeDeadLetter(deadLetter({ data: text }))]);
    const [record] = engine.records('dead');
    expect(record?.data.subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
  });

  it('fails with what to do where that is not enough, and goes once it was done', async () => {
    const { send, stored, engine, requests } = await fixture();
    const letter = deadLetter({ data: randomBytes(MEBIBYTE - 3) });
    const failure: unknown = await send([letter]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DeadLetterSinkError);
    expect(failure).toMatchObject({ retryable: false });
    expect((failure as Error).message).toMatch(
      /^stream dead letters: the letter of record orders\/.*UpdateMaxRecordSize/,
    );
    expect(requests).toHaveLength(0);

    const { StreamDescriptionSummary } = (await engine.execute('DescribeStreamSummary', {
      StreamName: 'dead',
    })) as { StreamDescriptionSummary: { StreamARN: string } };
    const { StreamARN } = StreamDescriptionSummary;
    await engine.execute('UpdateMaxRecordSize', { StreamARN, MaxRecordSizeInKiB: 2_048 });
    await send([letter]);
    expect(stored().map(encodeDeadLetter)).toEqual([encodeDeadLetter(letter)]);
  });
});

it('refuses letters of its own stream: they would never end', async () => {
  const { send, requests } = await fixture();
  await expect(send([deadLetter({ stream: 'dead letters' })])).rejects.toMatchObject({
    code: 'KINESIS_DEAD_LETTER_SINK',
    retryable: false,
  });
  expect(requests).toHaveLength(0);
});
