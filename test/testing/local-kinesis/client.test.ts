import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisServiceException,
  PutRecordCommand,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  ResourceNotFoundException,
  StartStreamEncryptionCommand,
  SubscribeToShardCommand,
} from '@aws-sdk/client-kinesis';

import { LocalKinesisClient } from '../../../src/testing/local-kinesis/client.js';
import { FaultInjector } from '../../../src/testing/local-kinesis/faults/fault-injector.js';
import { SeededRandom } from '../../../src/testing/seeded-random.js';
import { bytes, shardId, startEngine, texts } from './engine/engine-fixture.js';

function startClient() {
  const { clock, engine } = startEngine();
  const faults = new FaultInjector(engine, { clock, random: new SeededRandom(1) });
  return { clock, engine, faults, client: new LocalKinesisClient(faults) };
}

const StreamName = 'orders';
const ShardId = shardId(0);

describe('the client without HTTP', () => {
  it('takes the commands of the SDK and answers as its client does', async () => {
    const { client } = startClient();
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    const put = await client.send(
      new PutRecordsCommand({
        StreamName,
        Records: [{ PartitionKey: 'a', Data: bytes('x'), ExplicitHashKey: undefined }],
      }),
    );
    expect(put.FailedRecordCount).toBe(0);
    expect(put.$metadata.httpStatusCode).toBe(200);

    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({
        StreamName,
        ShardId,
        ShardIteratorType: 'TRIM_HORIZON',
        Timestamp: undefined,
      }),
    );
    const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }));
    expect(texts(Records)).toEqual(['x']);
    expect(Records[0]?.SequenceNumber).toBe(put.Records?.[0]?.SequenceNumber);
  });

  it("throws the SDK's own exceptions", async () => {
    const { client } = startClient();
    const error: unknown = await client
      .send(new PutRecordCommand({ StreamName, PartitionKey: 'a', Data: bytes('x') }))
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ResourceNotFoundException);
    expect(error).toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Stream orders under account 000000000000 not found.',
      $fault: 'client',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('throws the base exception for errors the SDK has no class for', async () => {
    const { client, faults } = startClient();
    const encrypt = new StartStreamEncryptionCommand({ StreamName, EncryptionType: 'KMS', KeyId: 'key' });
    await expect(client.send(encrypt)).rejects.toThrow(KinesisServiceException);
    await expect(client.send(encrypt)).rejects.toMatchObject({ name: 'UnknownOperationException' });
    faults.add({ error: 'ServiceUnavailable' });
    await expect(client.send(encrypt)).rejects.toMatchObject({
      $fault: 'server',
      $metadata: { httpStatusCode: 503 },
    });
  });

  it('resets the connection when it is cut', async () => {
    const { client, faults } = startClient();
    faults.add({ cut: 'before' });
    const call = client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    await expect(call).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('gives a call up when the signal aborts', async () => {
    const { client, faults } = startClient();
    faults.add({ lostReply: 'hang' });
    const caller = new AbortController();
    const create = new CreateStreamCommand({ StreamName, ShardCount: 1 });
    const call = client.send(create, { abortSignal: caller.signal });
    caller.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    await expect(client.send(create, { abortSignal: caller.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('streams the events of a subscription, and its errors', async () => {
    const { client, clock } = startClient();
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/orders';
    const { Consumer } = await client.send(
      new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'audit' }),
    );
    const subscribe = new SubscribeToShardCommand({
      ConsumerARN: Consumer?.ConsumerARN,
      ShardId,
      StartingPosition: { Type: 'TRIM_HORIZON' },
    });
    await client.send(new PutRecordCommand({ StreamName, PartitionKey: 'a', Data: bytes('x') }));
    const { EventStream } = await client.send(subscribe);
    const events = EventStream?.[Symbol.asyncIterator]();

    const first = await events?.next();
    expect(first).toMatchObject({ value: { SubscribeToShardEvent: { Records: [{ PartitionKey: 'a' }] } } });
    await clock.advance(5000);
    await client.send(subscribe);
    await expect(events?.next()).rejects.toMatchObject({ name: 'ResourceInUseException', $fault: 'client' });
  });
});
