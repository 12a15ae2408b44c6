import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamCommand,
  DescribeStreamSummaryCommand,
  GetShardIteratorCommand,
  InvalidArgumentException,
  KinesisServiceException,
  ListShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  SplitShardCommand,
  ValidationException,
} from '@aws-sdk/client-kinesis';
import { apiReference, type Topic } from '../harness/expectation.js';
import { refusal, refusalName } from '../harness/refusal.js';

export const errors: Topic = {
  topic: 'errors',
  expectations: [
    {
      behaviour:
        'a stream that does not exist is refused with ResourceNotFoundException, whatever the operation',
      async verify(kinesis) {
        const StreamName = kinesis.newName();
        const Data = Buffer.from('record');
        const refused = [
          kinesis.send(new DescribeStreamCommand({ StreamName })),
          kinesis.send(new DescribeStreamSummaryCommand({ StreamName })),
          kinesis.send(new ListShardsCommand({ StreamName })),
          kinesis.send(new DeleteStreamCommand({ StreamName })),
          kinesis.send(new PutRecordCommand({ StreamName, Data, PartitionKey: 'key' })),
          kinesis.send(new PutRecordsCommand({ StreamName, Records: [{ Data, PartitionKey: 'key' }] })),
          kinesis.send(
            new GetShardIteratorCommand({
              StreamName,
              ShardId: 'shardId-000000000000',
              ShardIteratorType: 'LATEST',
            }),
          ),
          kinesis.send(
            new SplitShardCommand({
              StreamName,
              ShardToSplit: 'shardId-000000000000',
              NewStartingHashKey: '5',
            }),
          ),
        ];
        const names = await Promise.all(refused.map((call) => refusalName(call)));
        expect(names).toEqual(refused.map(() => 'ResourceNotFoundException'));
      },
    },
    {
      behaviour:
        "errors arrive as the SDK's typed exceptions, as client faults with status 400 and a message",
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const missing = kinesis.newName();
        const taken = new CreateStreamCommand({ StreamName: name, ShardCount: 1 });
        const cases = [
          [ResourceNotFoundException, () => kinesis.summary(missing)],
          [ResourceInUseException, () => kinesis.send(taken)],
          [InvalidArgumentException, () => kinesis.iterator(name, { ShardIteratorType: 'AT_TIMESTAMP' })],
        ] as const;
        for (const [type, call] of cases) {
          const error = await refusal(call());
          expect(error).toBeInstanceOf(type);
          expect(error.name).toBe(type.name);
          expect(error.$fault).toBe('client');
          expect(error.$metadata.httpStatusCode).toBe(400);
          expect(error.message).not.toBe('');
        }
      },
    },
    {
      behaviour: "a value outside the model is refused with the SDK's ValidationException",
      source: apiReference('CreateStream'),
      async verify(kinesis) {
        const error = await refusal(
          kinesis.send(new CreateStreamCommand({ StreamName: 'not a name', ShardCount: 1 })),
        );
        expect(error).toBeInstanceOf(ValidationException);
        expect(error.$metadata.httpStatusCode).toBe(400);
      },
    },
    {
      behaviour: 'the message about a missing stream names the stream and the account',
      async verify(kinesis) {
        const StreamName = kinesis.newName();
        const error = await refusal(kinesis.send(new DescribeStreamCommand({ StreamName })));
        expect(error).toBeInstanceOf(KinesisServiceException);
        expect(error.message).toMatch(new RegExp(`^Stream ${StreamName} under account \\d{12} not found`));
      },
    },
    {
      behaviour: 'answers and errors carry a request id',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const answer = await kinesis.send(new ListShardsCommand({ StreamName: name }));
        expect(answer.$metadata.requestId).toMatch(/^[0-9a-f-]{36,}$/);
        const error = await refusal(kinesis.summary(kinesis.newName()));
        expect(error.$metadata.requestId).toMatch(/^[0-9a-f-]{36,}$/);
      },
    },
  ],
};
