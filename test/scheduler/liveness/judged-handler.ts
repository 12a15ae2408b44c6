import type { Handler, HandlerContext, HandlerShape, LaneOptions } from '../../../src/delivery/handler.js';
import { KinesisBatchContext } from '../../../src/delivery/kinesis-batch-context.js';
import { KinesisContext } from '../../../src/delivery/kinesis-context.js';
import { KinesisWindowContext } from '../../../src/delivery/kinesis-window-context.js';
import type { Position } from '../../../src/delivery/position.js';
import type { ReceivedRecord } from '../../../src/delivery/received-record.js';
import type { VirtualClock } from '../../../src/testing/virtual-clock.js';
import type { Dice } from '../../simulation/dice.js';
import { policyWith } from '../../support/scripted-handlers.js';
import type { Payload } from './paged-shard.js';

/** What one owner of a shard has had handled. */
interface Tenure {
  readonly token: number;
  readonly finished: Set<string>;
  readonly running: Set<string>;
}

const ONE_LANE: LaneOptions = { concurrency: 1, orderBy: 'shard' };

function chooseShape(dice: Dice): { shape: HandlerShape; lanes: LaneOptions } {
  const batch = { maxRecords: 1 + dice.below(6), maxBytes: 1_000_000, maxWait: dice.pick([0, 500, 3_000]) };
  const what = dice.below(4);
  if (what === 0) {
    return { shape: { type: 'window', length: dice.pick([2_000, 20_000]), ...batch }, lanes: ONE_LANE };
  }
  const shape: HandlerShape = what === 1 ? { type: 'batch', ...batch } : { type: 'record' };
  const orderBy = dice.pick(['shard', 'partition-key', 'partition-key', 'none'] as const);
  return { shape, lanes: orderBy === 'shard' ? ONE_LANE : { concurrency: 2 + dice.below(3), orderBy } };
}

/** A handler of a random shape that takes its time, fails at random, and judges what it is called with. */
export class JudgedHandler {
  readonly handler: Handler;
  /** How likely a call is to fail. */
  failures: number;
  /** Whether what is finished must not come again, whoever has the shard: owners that leave finish what they have begun. */
  isOnce = false;
  readonly problems: string[] = [];
  private readonly every: number;
  private readonly longest: number;
  /** What each shard's owners have had handled; the last is the present one. */
  private readonly tenures = new Map<string, Tenure>();
  private readonly done = new Set<string>();

  constructor(
    readonly name: string,
    private readonly clock: VirtualClock,
    private readonly dice: Dice,
  ) {
    this.failures = dice.pick([0, 0.1, 0.4]);
    this.every = dice.pick([1, 1, 3]);
    this.longest = dice.pick([0, 20, 900]);
    const { every } = this;
    this.handler = {
      name,
      ...chooseShape(dice),
      policy: policyWith({
        retry: { attempts: dice.pick([2, Infinity]), backoff: { initial: 50, max: 1_000 } },
        timeout: dice.pick([Infinity, 2_000]),
        bisectOnError: dice.chance(0.3),
        onExhausted: dice.pick(['halt', 'skip']),
      }),
      ...(every > 1 ? { filter: (payload) => (payload as Payload).n % every === 0 } : {}),
      handle: (input, context) => this.handle(input, context),
    };
  }

  /** Whether the checkpoint may stay behind what is finished when an owner leaves. */
  get mayHoldBack(): boolean {
    const { shape, policy } = this.handler;
    return shape.type === 'window' || (policy.onExhausted === 'halt' && policy.retry.attempts !== Infinity);
  }

  isFor({ n }: Payload): boolean {
    return n % this.every === 0;
  }

  /** Which of these it has not finished. */
  missing(payloads: readonly Payload[]): Payload[] {
    return payloads.filter((payload) => this.isFor(payload) && !this.done.has(nameOf(payload)));
  }

  /** A new owner of the shard has its lease: what lies behind the checkpoint may come again. */
  onOwner(shardId: string, token: number, behind: readonly Payload[]): void {
    this.tenures.set(shardId, { token, finished: new Set(behind.map(nameOf)), running: new Set() });
  }

  onSkipped(shardId: string, payload: Payload): void {
    this.tenures.get(shardId)?.finished.add(nameOf(payload));
    this.done.add(nameOf(payload));
  }

  private async handle(input: unknown, context: HandlerContext): Promise<unknown> {
    const payloads =
      context instanceof KinesisContext
        ? [input as Payload]
        : (input as readonly ReceivedRecord<Payload>[]).map(({ payload }) => payload);
    const tenure = this.tenures.get(context.shardId);
    if (tenure?.token !== context.fencingToken) {
      this.problems.push(`${this.name} is called for an owner of ${context.shardId} that has given it up`);
      return undefined;
    }
    this.judge(payloads, tenure);
    for (const payload of payloads) tenure.running.add(nameOf(payload));
    try {
      if (this.longest > 0) await this.clock.sleep(this.dice.between(0, this.longest), context.signal);
      const failed = this.dice.chance(this.failures);
      if (failed && !this.failPart(input, context, payloads, tenure))
        throw new Error('handlers fail at random');
      if (!failed) this.finish(payloads, tenure);
    } finally {
      for (const payload of payloads) tenure.running.delete(nameOf(payload));
    }
    return context instanceof KinesisWindowContext ? { state: 1 } : undefined;
  }

  /** Some batches fail from one record on. */
  private failPart(
    input: unknown,
    context: HandlerContext,
    payloads: readonly Payload[],
    tenure: Tenure,
  ): boolean {
    if (!(context instanceof KinesisBatchContext) || payloads.length === 0 || this.dice.chance(0.5))
      return false;
    const from = this.dice.below(payloads.length);
    const position = (input as readonly Position[])[from];
    if (position) context.failFrom(position);
    this.finish(payloads.slice(0, from), tenure);
    return true;
  }

  private finish(payloads: readonly Payload[], { finished }: Tenure): void {
    for (const payload of payloads) {
      finished.add(nameOf(payload));
      this.done.add(nameOf(payload));
    }
  }

  private judge(payloads: readonly Payload[], { finished, running }: Tenure): void {
    const together = new Set<string>();
    for (const payload of payloads) {
      const name = nameOf(payload);
      if (!this.isFor(payload)) this.problems.push(`${this.name} gets ${name}, which it has refused`);
      if (running.has(name)) this.problems.push(`${this.name} handles ${name} twice at a time`);
      const isAgain = finished.has(name) || (this.isOnce && this.done.has(name));
      if (isAgain) this.problems.push(`${this.name} gets ${name} again, which is finished`);
      const before = nameOf({ ...payload, n: payload.n - this.every });
      const isInOrder = payload.n === 0 || finished.has(before) || together.has(before);
      if (!isInOrder && this.handler.lanes.orderBy !== 'none') {
        this.problems.push(`${this.name} gets ${name} before ${before} is finished`);
      }
      together.add(name);
    }
  }
}

export function nameOf({ key, n }: Payload): string {
  return `${key}/${n}`;
}
