import { type Account } from '../account.js';
import { ServiceError } from '../service-error.js';
import { type Shard } from '../shard.js';
import { type Stream } from '../stream.js';
import { type StreamConsumer } from '../stream-consumer.js';
import { Subscription } from '../subscription.js';
import { consumerArn, iteratorType, sequenceNumber, shardId } from '../validation/members.js';
import { optional, structure } from '../validation/shape.js';
import { timestamp } from '../validation/values.js';
import { operation } from './define.js';
import { startingIndex } from './get-shard-iterator.js';

export const subscribeToShard = operation(
  {
    ConsumerARN: consumerArn,
    ShardId: shardId,
    StartingPosition: structure({
      Type: iteratorType,
      SequenceNumber: optional(sequenceNumber),
      Timestamp: optional(timestamp),
    }),
  },
  (input, account, { signal }) => {
    const { stream, consumer } = account.consumer(input.ConsumerARN);
    if (consumer.status !== 'ACTIVE') {
      const message = `Consumer ${consumer.arn} is not ACTIVE, instead in state ${consumer.status}`;
      throw new ServiceError('ResourceInUseException', message);
    }
    const shard = account.shard(stream, input.ShardId);
    const call = `SubscribeToShard/${consumer.arn}/${shard.id}`;
    account.admitStreamCall(stream, call, account.limits.subscribeCallsPerSecond);
    const { Type: type, SequenceNumber, Timestamp } = input.StartingPosition;
    const index = startingIndex(account, stream, shard, {
      type,
      sequenceNumber: SequenceNumber,
      timestamp: Timestamp,
      operation: 'SubscribeToShard',
    });
    takeOver(account, stream, consumer, shard);
    const subscription = new Subscription(account, stream, shard, index, signal);
    consumer.subscriptions.set(shard.id, subscription);
    return { EventStream: subscription };
  },
);

/** Ends the consumer's earlier subscription to the shard, if that is old enough to be taken over. */
function takeOver(account: Account, stream: Stream, consumer: StreamConsumer, shard: Shard): void {
  const earlier = consumer.subscriptions.get(shard.id);
  if (earlier === undefined) return;
  const where = `consumer ${consumer.arn} and ${account.describeShard(stream, shard.ordinal)}`;
  if (account.clock.now() - earlier.startedAt < account.limits.subscriptionTakeOver) {
    const message = `Another active subscription exists for ${where}.`;
    throw new ServiceError('ResourceInUseException', message);
  }
  earlier.end(new ServiceError('ResourceInUseException', `Another subscription took over for ${where}.`));
}
