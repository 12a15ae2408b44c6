import {
  DeleteStreamCommand,
  DeregisterStreamConsumerCommand,
  DescribeStreamConsumerCommand,
  ListStreamConsumersCommand,
  RegisterStreamConsumerCommand,
} from '@aws-sdk/client-kinesis';
import { apiReference, QUOTAS, type Topic } from '../harness/expectation.js';
import { registerConsumer } from '../harness/subscription.js';
import { refusalName } from '../harness/refusal.js';

export const consumers: Topic = {
  topic: 'stream consumers',
  expectations: [
    {
      behaviour:
        'a registered consumer becomes ACTIVE, with an ARN that tells stream, name and creation time',
      source: apiReference('RegisterStreamConsumer'),
      async verify(kinesis) {
        const { arn } = await kinesis.stream();
        const { Consumer: registered } = await kinesis.send(
          new RegisterStreamConsumerCommand({ StreamARN: arn, ConsumerName: 'reader' }),
        );
        expect(registered?.ConsumerStatus).toBe('CREATING');
        expect(registered?.ConsumerARN).toMatch(/\/consumer\/reader:\d+$/);
        expect(registered?.ConsumerARN?.startsWith(`${arn}/`)).toBe(true);
        expect(registered?.ConsumerCreationTimestamp).toBeInstanceOf(Date);
        await registerConsumer(kinesis, arn, 'another');
      },
    },
    {
      behaviour: 'a consumer is described by its own ARN, or by its name and the ARN of the stream',
      source: apiReference('DescribeStreamConsumer'),
      async verify(kinesis) {
        const { arn } = await kinesis.stream();
        const consumer = await registerConsumer(kinesis, arn, 'reader');
        for (const address of [{ ConsumerARN: consumer }, { StreamARN: arn, ConsumerName: 'reader' }]) {
          const answer = await kinesis.send(new DescribeStreamConsumerCommand(address));
          expect(answer.ConsumerDescription).toMatchObject({
            ConsumerARN: consumer,
            ConsumerName: 'reader',
            StreamARN: arn,
            ConsumerStatus: 'ACTIVE',
          });
        }
      },
    },
    {
      behaviour: 'consumers are listed in pages and counted in the summary of the stream',
      source: apiReference('ListStreamConsumers'),
      async verify(kinesis) {
        const { name, arn } = await kinesis.stream();
        const registered = ['a', 'b', 'c'];
        for (const consumer of registered) await registerConsumer(kinesis, arn, consumer);
        const first = await kinesis.send(new ListStreamConsumersCommand({ StreamARN: arn, MaxResults: 2 }));
        expect(first.Consumers).toHaveLength(2);
        const second = await kinesis.send(
          new ListStreamConsumersCommand({ StreamARN: arn, NextToken: first.NextToken }),
        );
        const names = [...(first.Consumers ?? []), ...(second.Consumers ?? [])].map(
          (one) => one.ConsumerName,
        );
        expect(names.sort()).toEqual(registered);
        expect(second.NextToken).toBeUndefined();
        expect((await kinesis.summary(name)).ConsumerCount).toBe(3);
      },
    },
    {
      behaviour: "a consumer's name that is taken is refused with ResourceInUseException",
      source: apiReference('RegisterStreamConsumer'),
      async verify(kinesis) {
        const { arn } = await kinesis.stream();
        await registerConsumer(kinesis, arn, 'reader');
        const again = new RegisterStreamConsumerCommand({ StreamARN: arn, ConsumerName: 'reader' });
        expect(await refusalName(kinesis.send(again))).toBe('ResourceInUseException');
      },
    },
    {
      behaviour: 'a deregistered consumer is gone',
      source: apiReference('DeregisterStreamConsumer'),
      async verify(kinesis) {
        const { arn } = await kinesis.stream();
        const consumer = await registerConsumer(kinesis, arn, 'reader');
        await kinesis.send(new DeregisterStreamConsumerCommand({ ConsumerARN: consumer }));
        await kinesis.eventually(async () => {
          const described = kinesis.send(new DescribeStreamConsumerCommand({ ConsumerARN: consumer }));
          const outcome = await described.catch((error: Error) => error.name);
          return outcome === 'ResourceNotFoundException' || undefined;
        }, 'the consumer to be gone');
      },
    },
    {
      behaviour: 'a stream takes 20 consumers and refuses the next with LimitExceededException',
      source: QUOTAS,
      async verify(kinesis) {
        const { arn } = await kinesis.stream();
        for (let index = 0; index < 20; index++) await registerConsumer(kinesis, arn, `reader-${index}`);
        await kinesis.wait(1_500); // The rate of registrations has the same error: let it recover first.
        const tooMany = new RegisterStreamConsumerCommand({ StreamARN: arn, ConsumerName: 'reader-20' });
        expect(await refusalName(kinesis.once(tooMany))).toBe('LimitExceededException');
      },
    },
    {
      behaviour: 'a stream with consumers is deleted only when EnforceConsumerDeletion says so',
      source: apiReference('DeleteStream'),
      async verify(kinesis) {
        const { name, arn } = await kinesis.stream();
        await registerConsumer(kinesis, arn, 'reader');
        expect(await refusalName(kinesis.send(new DeleteStreamCommand({ StreamName: name })))).toBe(
          'ResourceInUseException',
        );
        await kinesis.wait(1_000); // A deletion that was refused and yet begun is done by then.
        expect((await kinesis.summary(name)).StreamStatus).toBe('ACTIVE');
        await kinesis.send(new DeleteStreamCommand({ StreamName: name, EnforceConsumerDeletion: true }));
      },
    },
  ],
};
