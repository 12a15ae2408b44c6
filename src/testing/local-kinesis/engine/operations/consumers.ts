import { type Account } from '../account.js';
import { decodePageToken, encodePageToken } from '../page-token.js';
import { ServiceError } from '../service-error.js';
import { type Stream } from '../stream.js';
import { StreamConsumer } from '../stream-consumer.js';
import { consumerArn, consumerName, nextToken, streamArn, tags } from '../validation/members.js';
import { optional } from '../validation/shape.js';
import { integer, timestamp } from '../validation/values.js';
import { invalidArgument, operation } from './define.js';

const DEFAULT_PAGE = 100;
const MOST_CONSUMERS = 10_000;

export const registerStreamConsumer = operation(
  { StreamARN: streamArn, ConsumerName: consumerName, Tags: optional(tags) },
  (input, account) => {
    account.admitCall('RegisterStreamConsumer');
    const stream = account.usableStream(input);
    const name = input.ConsumerName;
    if (stream.consumers.has(name)) {
      const message = `Consumer ${name} of stream ${stream.name} under account ${account.id} already exists.`;
      throw new ServiceError('ResourceInUseException', message);
    }
    admitConsumer(account, stream);
    const consumer = new StreamConsumer(name, stream.arn, account.clock.wallTime());
    for (const [key, value] of Object.entries(input.Tags ?? {})) consumer.tags.set(key, value);
    stream.consumers.set(name, consumer);
    const Consumer = summarize(consumer);
    account.after(account.delays.changeConsumer, () => {
      if (consumer.status === 'CREATING') consumer.status = 'ACTIVE';
    });
    return { Consumer };
  },
);

function admitConsumer(account: Account, stream: Stream): void {
  const { consumersPerStream, consumersCreating } = account.limits;
  const creating = [...stream.consumers.values()].filter(({ status }) => status === 'CREATING').length;
  if (stream.consumers.size >= consumersPerStream || creating >= consumersCreating) {
    const message = `Stream ${stream.name} under account ${account.id} has as many consumers as it may have.`;
    throw new ServiceError('LimitExceededException', message);
  }
}

const consumerReference = {
  StreamARN: optional(streamArn),
  ConsumerName: optional(consumerName),
  ConsumerARN: optional(consumerArn),
};

interface ConsumerReference {
  readonly StreamARN?: string | undefined;
  readonly ConsumerName?: string | undefined;
  readonly ConsumerARN?: string | undefined;
}

/** Either the consumer's ARN, or its name with the stream's ARN. */
function find(account: Account, reference: ConsumerReference): { stream: Stream; consumer: StreamConsumer } {
  const { StreamARN, ConsumerName, ConsumerARN } = reference;
  if (ConsumerARN !== undefined) {
    const found = account.consumer(ConsumerARN);
    if (
      (ConsumerName ?? found.consumer.name) !== found.consumer.name ||
      (StreamARN ?? found.stream.arn) !== found.stream.arn
    ) {
      throw invalidArgument('ConsumerARN does not go with the StreamARN and ConsumerName.');
    }
    return found;
  }
  if (StreamARN === undefined || ConsumerName === undefined) {
    throw invalidArgument('Either ConsumerARN or both StreamARN and ConsumerName must be specified.');
  }
  const stream = account.stream({ StreamARN });
  const consumer = stream.consumers.get(ConsumerName);
  if (consumer === undefined) throw account.consumerNotFound(ConsumerName);
  return { stream, consumer };
}

export const describeStreamConsumer = operation(consumerReference, (input, account) => {
  account.admitCall('DescribeStreamConsumer', account.limits.describeStreamSummaryCallsPerSecond);
  const { stream, consumer } = find(account, input);
  return { ConsumerDescription: { ...summarize(consumer), StreamARN: stream.arn } };
});

export const deregisterStreamConsumer = operation(consumerReference, (input, account) => {
  account.admitCall('DeregisterStreamConsumer');
  const { stream, consumer } = find(account, input);
  consumer.status = 'DELETING';
  consumer.endSubscriptions(account.consumerNotFound(consumer.arn));
  account.after(account.delays.changeConsumer, () => {
    if (stream.consumers.get(consumer.name) === consumer) stream.consumers.delete(consumer.name);
  });
  return {};
});

export const listStreamConsumers = operation(
  {
    StreamARN: streamArn,
    NextToken: optional(nextToken),
    MaxResults: optional(integer({ min: 1, max: MOST_CONSUMERS })),
    StreamCreationTimestamp: optional(timestamp),
  },
  (input, account) => {
    account.admitCall('ListStreamConsumers');
    const stream = account.stream(input);
    const { clock, limits } = account;
    const { after } =
      input.NextToken === undefined
        ? { after: '' }
        : decodePageToken('ListStreamConsumers', input.NextToken, clock.wallTime(), limits.nextTokenLifetime);
    if (typeof after !== 'string') throw invalidArgument('Invalid NextToken.');
    const names = [...stream.consumers.keys()].filter((name) => name > after).sort();
    const page = names.slice(0, input.MaxResults ?? DEFAULT_PAGE);
    const Consumers = page.flatMap((name) => {
      const consumer = stream.consumers.get(name);
      return consumer === undefined ? [] : [summarize(consumer)];
    });
    if (page.length === names.length) return { Consumers };
    const state = { after: page[page.length - 1] };
    return { Consumers, NextToken: encodePageToken('ListStreamConsumers', clock.wallTime(), state) };
  },
);

function summarize(consumer: StreamConsumer): object {
  return {
    ConsumerName: consumer.name,
    ConsumerARN: consumer.arn,
    ConsumerStatus: consumer.status,
    ConsumerCreationTimestamp: new Date(consumer.createdAt),
  };
}
