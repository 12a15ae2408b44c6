import {
  DescribeStreamConsumerCommand,
  RegisterStreamConsumerCommand,
  SubscribeToShardCommand,
  type StartingPosition,
  type SubscribeToShardEvent,
  type SubscribeToShardEventStream,
  type _Record,
} from '@aws-sdk/client-kinesis';
import { defined } from './defined.js';
import { type Scenario } from './scenario.js';

/** How often the target's time is moved on while an event is awaited, in milliseconds. */
const TICK = 100;

/** Registers a consumer, waits until it is ACTIVE and returns its ARN. */
export async function registerConsumer(kinesis: Scenario, streamArn: string, name: string): Promise<string> {
  const { Consumer: registered } = await kinesis.send(
    new RegisterStreamConsumerCommand({ StreamARN: streamArn, ConsumerName: name }),
  );
  const arn = defined(registered?.ConsumerARN);
  return kinesis.eventually(async () => {
    const answer = await kinesis.send(new DescribeStreamConsumerCommand({ ConsumerARN: arn }));
    return answer.ConsumerDescription?.ConsumerStatus === 'ACTIVE' ? arn : undefined;
  }, `consumer ${name} to become ACTIVE`);
}

/** One subscription to a shard, read event by event while the target's time goes on. */
export class Subscription {
  /** How long events were waited for, in milliseconds of the target's time. */
  private waited = 0;

  private constructor(
    private readonly kinesis: Scenario,
    private readonly events: AsyncIterator<SubscribeToShardEventStream>,
  ) {}

  static async open(
    kinesis: Scenario,
    consumerArn: string,
    shardId: string,
    position: StartingPosition,
  ): Promise<Subscription> {
    const answer = await kinesis.once(
      new SubscribeToShardCommand({ ConsumerARN: consumerArn, ShardId: shardId, StartingPosition: position }),
    );
    return new Subscription(kinesis, defined(answer.EventStream)[Symbol.asyncIterator]());
  }

  /** The next event, or undefined when the subscription has ended. */
  async next(patience = 10_000): Promise<SubscribeToShardEvent | undefined> {
    let arrived = false;
    const event = this.events.next().then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    );
    void event.then(() => (arrived = true));
    const deadline = this.waited + patience;
    while (!arrived && this.waited < deadline) {
      await this.kinesis.wait(TICK);
      this.waited += TICK;
    }
    if (!arrived) throw new Error(`no event within ${patience} ms`);
    const outcome = await event;
    if ('error' in outcome) throw outcome.error;
    return outcome.result.done === true ? undefined : defined(outcome.result.value.SubscribeToShardEvent);
  }

  /** The records of the next events, until there are `count` of them; also the last event. */
  async records(count: number): Promise<{ records: _Record[]; last: SubscribeToShardEvent }> {
    const records: _Record[] = [];
    for (;;) {
      const event = await this.next();
      if (event === undefined) throw new Error(`the subscription ended after ${records.length} records`);
      records.push(...(event.Records ?? []));
      if (records.length >= count) return { records, last: event };
    }
  }

  /** All events up to the end of the subscription, which must come within `patience` milliseconds. */
  async rest(patience = 10_000): Promise<SubscribeToShardEvent[]> {
    const events: SubscribeToShardEvent[] = [];
    const start = this.waited;
    for (;;) {
      const event = await this.next(patience - (this.waited - start));
      if (event === undefined) return events;
      events.push(event);
    }
  }
}
