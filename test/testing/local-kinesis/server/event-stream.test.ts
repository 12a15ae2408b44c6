import { KinesisClient, type KinesisClientConfig, SubscribeToShardCommand } from '@aws-sdk/client-kinesis';
import { cbor } from '@smithy/core/cbor';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { setTimeout as delay } from 'node:timers/promises';
import { type OperationOutput } from '../../../../src/testing/local-kinesis/engine/operation.js';
import { ConnectionCut, ServiceError } from '../../../../src/testing/local-kinesis/engine/service-error.js';
import { KinesisServer } from '../../../../src/testing/local-kinesis/server/kinesis-server.js';
import { JacksonCbor } from './cbor.js';
import { ScriptedExecutor } from './scripted-executor.js';

const TRANSPORTS: [string, () => Partial<KinesisClientConfig>][] = [
  ['its default transport (HTTP/2)', () => ({})],
  ['HTTP/1.1', () => ({ requestHandler: new NodeHttpHandler({}) })],
];

const arrival = new Date('2026-01-02T03:04:05.678Z');

function event(sequenceNumber: string, data: Uint8Array): OperationOutput {
  return {
    SubscribeToShardEvent: {
      Records: [
        {
          Data: data,
          PartitionKey: 'k',
          SequenceNumber: sequenceNumber,
          ApproximateArrivalTimestamp: arrival,
        },
      ],
      ContinuationSequenceNumber: sequenceNumber,
      MillisBehindLatest: 0,
    },
  };
}

/** Like a subscription with nothing new: waits until the caller goes away. */
async function untilAborted(signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
}

describe.each(TRANSPORTS)('a subscription of the unmodified SDK client over %s', (_name, transport) => {
  let executor: ScriptedExecutor;
  let server: KinesisServer;
  let client: KinesisClient;

  const subscribe = async (abortSignal?: AbortSignal): Promise<AsyncIterable<unknown>> => {
    const output = await client.send(
      new SubscribeToShardCommand({
        ConsumerARN: 'arn',
        ShardId: 's-0',
        StartingPosition: { Type: 'AT_TIMESTAMP', Timestamp: arrival },
      }),
      abortSignal === undefined ? {} : { abortSignal },
    );
    if (output.EventStream === undefined) throw new Error('no event stream');
    return output.EventStream;
  };

  beforeEach(async () => {
    executor = new ScriptedExecutor();
    server = await KinesisServer.start({ executor });
    client = new KinesisClient({
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${server.port}`,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
      ...transport(),
    });
  });

  afterEach(async () => {
    client.destroy();
    await server.stop();
  });

  it('gets every event, big ones too, and the end', async () => {
    const sent = Array.from({ length: 5 }, (_, index) =>
      event(String(index), Buffer.alloc(index * 400_000, index)),
    );
    executor.on('SubscribeToShard', () => ({
      EventStream: (async function* () {
        yield* sent;
      })(),
    }));

    const received: unknown[] = [];
    for await (const item of await subscribe()) received.push(item);

    const shape = (item: unknown): unknown => {
      const { SubscribeToShardEvent: payload } = item as {
        SubscribeToShardEvent: { Records: { Data: Uint8Array }[] };
      };
      const records = payload.Records.map((record) => ({
        ...record,
        Data: Buffer.from(record.Data).toString('base64'),
      }));
      return { ...payload, Records: records };
    };
    expect(received.map(shape)).toEqual(sent.map(shape));
    expect(executor.calls[0]?.input.StartingPosition).toEqual({ Type: 'AT_TIMESTAMP', Timestamp: arrival });
  });

  it('begins before there is a first event', async () => {
    executor.on('SubscribeToShard', (_input, signal) => ({
      // eslint-disable-next-line require-yield
      EventStream: (async function* () {
        await untilAborted(signal);
      })(),
    }));

    await expect(subscribe()).resolves.toBeDefined();
  });

  it.each([
    ['ResourceInUseException', 'taken over'],
    ['ResourceNotFoundException', 'gone'],
    ['SomethingElseException', 'not in the model'],
  ])('ends with %s where the stream fails with it', async (code, message) => {
    executor.on('SubscribeToShard', () => ({
      EventStream: (async function* () {
        yield event('1', Buffer.from('a'));
        throw new ServiceError(code, message);
      })(),
    }));

    const received: unknown[] = [];
    const consume = async (): Promise<void> => {
      for await (const item of await subscribe()) received.push(item);
    };

    await expect(consume()).rejects.toMatchObject({ name: code, message });
    expect(received).toHaveLength(1);
  });

  it('is over for the client where the connection is cut', async () => {
    executor.on('SubscribeToShard', () => ({
      EventStream: (async function* () {
        yield event('1', Buffer.from('a'));
        await delay(20);
        throw new ConnectionCut();
      })(),
    }));

    const received: unknown[] = [];
    const consume = async (): Promise<void> => {
      for await (const item of await subscribe()) received.push(item);
    };

    // Over HTTP/2 the SDK has closed its session for new requests by then, and Node takes the reset for an end.
    await consume().catch((error: unknown) => expect(error).toMatchObject({ code: 'ECONNRESET' }));
    expect(received).toHaveLength(1);
  });

  it('tells the executor when the client has gone away', async () => {
    let left: (() => void) | undefined;
    const gone = new Promise<void>((resolve) => (left = resolve));
    executor.on('SubscribeToShard', (_input, signal) => ({
      EventStream: (async function* () {
        yield event('1', Buffer.from('a'));
        await untilAborted(signal);
        left?.();
      })(),
    }));

    const controller = new AbortController();
    for await (const item of await subscribe(controller.signal)) {
      expect(item).toBeDefined();
      controller.abort();
      break;
    }

    await gone;
  });

  it('does not make the server wait when it stops', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    executor.on('SubscribeToShard', (_input, signal) => {
      signals.push(signal);
      return {
        // eslint-disable-next-line require-yield
        EventStream: (async function* () {
          await untilAborted(signal);
        })(),
      };
    });
    await subscribe();

    await server.stop();

    expect(signals[0]?.aborted).toBe(true);
  });
});

describe('a subscription asked for in CBOR', () => {
  it('brings its events in CBOR, each with its check sums', async () => {
    const executor = new ScriptedExecutor().on('SubscribeToShard', () => ({
      EventStream: (async function* () {
        yield event('1', Buffer.from('a'));
        throw new ServiceError('ResourceInUseException', 'taken over');
      })(),
    }));
    const server = await KinesisServer.start({ executor });

    const response = await fetch(`http://127.0.0.1:${server.port}/`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-cbor-1.1',
        'x-amz-target': 'Kinesis_20131202.SubscribeToShard',
      },
      body: JacksonCbor.map({
        ConsumerARN: JacksonCbor.text('arn'),
        StartingPosition: JacksonCbor.map({ Timestamp: JacksonCbor.timestamp(arrival) }),
      }),
    });
    const frames = decodeFrames(Buffer.from(await response.arrayBuffer()));
    await server.stop();

    expect(executor.calls[0]?.input).toEqual({
      ConsumerARN: 'arn',
      StartingPosition: { Timestamp: arrival },
    });
    expect(response.headers.get('content-type')).toBe('application/vnd.amazon.eventstream');
    const { SubscribeToShardEvent: payload } = event('1', Buffer.from('a')) as {
      SubscribeToShardEvent: { Records: [object] };
    };
    const record = { ...payload.Records[0], ApproximateArrivalTimestamp: arrival.getTime() };
    expect(frames).toEqual([
      ['event', 'initial-response', {}],
      ['event', 'SubscribeToShardEvent', { ...payload, Records: [record] }],
      ['exception', 'ResourceInUseException', { message: 'taken over' }],
    ]);
  });
});

/** Kind, name and payload of each frame. @throws Error for a check sum that is wrong */
function decodeFrames(bytes: Buffer): unknown[] {
  const codec = new EventStreamCodec(toUtf8, fromUtf8);
  const frames: unknown[] = [];
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) {
    const { headers, body } = codec.decode(bytes.subarray(at, at + bytes.readUInt32BE(at)));
    expect(headers[':content-type']?.value).toBe('application/x-amz-cbor-1.1');
    const name = headers[':event-type'] ?? headers[':exception-type'];
    frames.push([headers[':message-type']?.value, name?.value, cbor.deserialize(Buffer.from(body))]);
  }
  return frames;
}
