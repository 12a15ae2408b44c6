import { randomBytes } from 'node:crypto';
import {
  type DeadLetterEnvelope as DeadLetter,
  DeadLetterSinkError,
  decodeDeadLetter,
  encodeDeadLetter,
  KinesisConfigurationError,
} from 'nestjs-kinesis';
import { SqsDeadLetterSink, type SqsDeadLetterSinkOptions } from 'nestjs-kinesis/sqs';
import { SeededRandom, VirtualClock } from 'nestjs-kinesis/testing';
import { deadLetter } from '../../../support/dead-letter.js';
import { clientFault, SqsQueue } from '../../../support/sqs-queue.js';

const { signal } = new AbortController();
const queueUrl = 'https://sqs.us-east-1.amazonaws.com/123456789012/dead-orders';

function fixture(options: Partial<SqsDeadLetterSinkOptions> = {}) {
  const clock = new VirtualClock();
  const queue = new SqsQueue();
  const sink = new SqsDeadLetterSink({
    queueUrl,
    client: queue.client(),
    clock,
    random: new SeededRandom(1),
    ...options,
  });
  const send = async (letters: readonly DeadLetter[]): Promise<void> => {
    const sent = sink.send(letters, signal);
    sent.catch(() => undefined);
    await clock.advance(60_000);
    return sent;
  };
  const stored = (): number[] =>
    queue.bodies.map((body) => Number(decodeDeadLetter(body).sequenceNumber)).sort((a, b) => a - b);
  return { clock, queue, sink, send, stored };
}

function lettersOf(count: number, fields: Partial<DeadLetter> = {}): DeadLetter[] {
  return Array.from({ length: count }, (_, i) => deadLetter({ sequenceNumber: String(i), ...fields }));
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

it('stores letters as JSON, ten at a time', async () => {
  const { send, stored, queue } = fixture();
  await send(lettersOf(25));
  expect(stored()).toEqual(upTo(25));
  expect(queue.calls.map(({ entries }) => entries)).toEqual([10, 10, 5]);
  expect(queue.bodies.every((body) => body.startsWith('{"version":1'))).toBe(true);
});

it('keeps a call within what it may have', async () => {
  const { send, stored, queue } = fixture();
  await send(lettersOf(6, { data: randomBytes(300_000) }));
  expect(stored()).toEqual(upTo(6));
  expect(queue.calls.map(({ entries }) => entries)).toEqual([2, 2, 2]);
});

it('stores each letter once where the service takes only some of a call', async () => {
  const { send, stored, queue } = fixture();
  let asked = 0;
  queue.refuse = () => (++asked % 3 === 0 ? { Code: 'InternalError', SenderFault: false } : undefined);
  await send(lettersOf(20));
  expect(stored()).toEqual(upTo(20));
});

it('gives up after a while, so that somebody can report it, and may be asked again', async () => {
  const { send, stored, queue } = fixture();
  queue.beforeCall = () => {
    throw new Error('getaddrinfo ENOTFOUND');
  };
  await expect(send(lettersOf(1))).rejects.toMatchObject({
    code: 'KINESIS_DEAD_LETTER_SINK',
    message: 'queue dead-orders: SendMessageBatch failed (Error): getaddrinfo ENOTFOUND',
    retryable: true,
  });
  queue.beforeCall = () => undefined;
  await send(lettersOf(1));
  expect(stored()).toEqual([0]);
});

it.each(['QueueDoesNotExist', 'AccessDenied'])(
  'does not repeat a call that was refused with %s',
  async (name) => {
    const { send, queue } = fixture();
    queue.beforeCall = () => {
      throw clientFault(name);
    };
    const failure: unknown = await send(lettersOf(1)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ retryable: false });
    expect(String(failure)).not.toContain('quotes');
    expect(queue.calls).toHaveLength(1);
  },
);

it('repeats a call that was throttled', async () => {
  const { send, stored, queue } = fixture();
  let throttled = 0;
  queue.beforeCall = () => {
    if (throttled++ < 3) throw clientFault('ThrottlingException');
  };
  await send(lettersOf(1));
  expect(stored()).toEqual([0]);
});

it('fails with what to do where the queue will not take a letter', async () => {
  const { send } = fixture();
  const { queue, send: refused } = fixture();
  queue.refuse = () => ({ Code: 'InvalidParameterValue', SenderFault: true });
  await expect(refused(lettersOf(1))).rejects.toThrow(/InvalidParameterValue.*MaximumMessageSize/);
  const failure: unknown = await send([deadLetter({ data: randomBytes(1_000_000) })]).catch(
    (e: unknown) => e,
  );
  expect(failure).toBeInstanceOf(DeadLetterSinkError);
  expect(failure).toMatchObject({ retryable: false });
  expect(String(failure)).toContain('Kinesis stream or a file');
});

it('compresses a letter that is larger than a message may be', async () => {
  const { send, queue } = fixture();
  const letter = deadLetter({ data: Buffer.alloc(1_000_000, 'abc') });
  await send([letter]);
  expect(queue.bodies.map((body) => encodeDeadLetter(decodeDeadLetter(body)))).toEqual([
    encodeDeadLetter(letter),
  ]);
  expect(queue.bodies[0]?.length).toBeLessThan(100_000);
});

it('keeps the order of a partition key in a FIFO queue, whatever fails', async () => {
  const { send, queue } = fixture({ queueUrl: `${queueUrl}.fifo` });
  let asked = 0;
  queue.refuse = () => (++asked % 2 === 0 ? { Code: 'InternalError', SenderFault: false } : undefined);
  await send(
    [0, 1, 2, 3, 4, 5].map((n) => deadLetter({ sequenceNumber: `${n}`, partitionKey: `key ${n % 2}` })),
  );
  const groups = new Map<string | undefined, string[]>();
  for (const { group, body } of queue.messages) {
    groups.set(group, [...(groups.get(group) ?? []), decodeDeadLetter(body).sequenceNumber]);
  }
  expect([...groups.values()].sort()).toEqual([
    ['0', '2', '4'],
    ['1', '3', '5'],
  ]);
});

it('stops trying when nobody waits any more', async () => {
  const { sink, queue, clock } = fixture();
  const stopping = new AbortController();
  queue.beforeCall = () => {
    throw new Error('no answer');
  };
  const rejected = expect(sink.send(lettersOf(1), stopping.signal)).rejects.toThrow('stopped');
  await clock.advance(1_000);
  stopping.abort(new Error('stopped'));
  await rejected;
  expect(clock.pending).toBe(0);
});

it('destroys only a client of its own', async () => {
  let destroyed = 0;
  const client = { ...new SqsQueue().client(), destroy: () => destroyed++ };
  await fixture({ client }).sink.close();
  expect(destroyed).toBe(0);
  await new SqsDeadLetterSink({ queueUrl, client: { region: 'eu-west-1' } }).close();
});

it.each(['', 'dead-orders'])('needs the URL of a queue, not "%s"', (url) => {
  expect(() => new SqsDeadLetterSink({ queueUrl: url })).toThrow(KinesisConfigurationError);
});
