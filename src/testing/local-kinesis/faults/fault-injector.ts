import { type Clock } from '../../../runtime/clock.js';
import { type Random } from '../../../runtime/random.js';
import { type LocalKinesisEngine } from '../engine/engine.js';
import { type OperationExecutor, type OperationInput, type OperationOutput } from '../engine/operation.js';
import { ConnectionCut, ServiceError } from '../engine/service-error.js';
import { isStructure } from '../engine/validation/shape.js';
import { concernsShard, goesTo, streamNameOf } from './call-target.js';
import { checkRule, type FaultError, type FaultHandle, type FaultRule } from './fault-rule.js';
import { InterruptedSubscription } from './interrupted-subscription.js';
import { withFailedRecords, withReorderedRecords } from './put-records-faults.js';

class ActiveRule implements FaultHandle {
  hits = 0;

  constructor(
    readonly rule: FaultRule,
    /** Monotonic time at which the rule was made. */
    readonly since: number,
    private readonly rules: Set<ActiveRule>,
  ) {}

  remove(): void {
    this.rules.delete(this);
  }
}

export interface FaultInjectorOptions {
  /** Where delays and time windows come from: the engine's clock. */
  readonly clock: Clock;
  /** Where chance comes from: a seeded one makes every run the same. */
  readonly random: Random;
}

/**
 * Stands between the doors of a local Kinesis and its engine and makes calls go wrong as it is told. Without rules it
 * hands calls on and costs nothing.
 */
export class FaultInjector implements OperationExecutor {
  private readonly rules = new Set<ActiveRule>();
  private readonly clock: Clock;
  private readonly random: Random;

  constructor(
    private readonly engine: LocalKinesisEngine,
    { clock, random }: FaultInjectorOptions,
  ) {
    this.clock = clock;
    this.random = random;
  }

  /**
   * Puts a rule in force.
   *
   * @throws RangeError for a rule that could not do what it says
   */
  add(rule: FaultRule): FaultHandle {
    checkRule(rule);
    const active = new ActiveRule(rule, this.clock.now(), this.rules);
    this.rules.add(active);
    return active;
  }

  /** Removes every rule. */
  clear(): void {
    this.rules.clear();
  }

  execute(operation: string, input: OperationInput, signal?: AbortSignal): Promise<OperationOutput> {
    // Nothing has been checked yet: what is no structure at all is for the engine to refuse.
    if (this.rules.size === 0 || !isStructure(input)) return this.engine.execute(operation, input, signal);
    const met = [...this.rules]
      .filter((active) => this.meets(active, operation, input))
      .map(({ rule }) => rule);
    return met.length === 0
      ? this.engine.execute(operation, input, signal)
      : this.fail(met, operation, input, signal);
  }

  private meets(active: ActiveRule, operation: string, input: OperationInput): boolean {
    const { rule, since } = active;
    const { operation: only = operation, from = 0, until = Infinity, times = Infinity } = rule;
    const age = this.clock.now() - since;
    if (age < from || age >= until) return false;
    if (typeof only === 'string' ? only !== operation : !only.includes(operation)) return false;
    if (rule.stream !== undefined && rule.stream !== streamNameOf(input)) return false;
    if (rule.shardId !== undefined && !concernsShard(this.engine, input, rule.shardId)) return false;
    // With `perRecord` chance is asked for every record instead.
    if (!isPerRecord(rule, operation) && !this.happens(rule)) return false;
    active.hits++;
    if (active.hits >= times) active.remove();
    return true;
  }

  private happens({ probability = 1 }: FaultRule): boolean {
    return probability >= 1 || this.random.next() < probability;
  }

  private async fail(
    rules: readonly FaultRule[],
    operation: string,
    input: OperationInput,
    signal: AbortSignal | undefined,
  ): Promise<OperationOutput> {
    for (const { delay } of rules) {
      if (delay !== undefined) await this.clock.sleep(this.durationOf(delay), signal);
    }
    for (const rule of rules) throwBefore(rule, operation);
    if (operation === 'GetRecords' && rules.some((rule) => rule.nullIterator)) {
      return { Records: [], MillisBehindLatest: 0 };
    }
    const output = await this.run(rules, operation, input, signal);
    for (const { cut, lostReply } of rules) {
      if (cut === 'after') throw new ConnectionCut();
      if (lostReply === 'hang') await untilAborted(signal);
      if (lostReply === true) throw serviceError('InternalFailure');
    }
    return operation === 'SubscribeToShard' ? this.interrupted(rules, output, signal) : output;
  }

  private run(
    rules: readonly FaultRule[],
    operation: string,
    input: OperationInput,
    signal: AbortSignal | undefined,
  ): Promise<OperationOutput> {
    const staleness = rules.find((rule) => rule.staleness !== undefined)?.staleness;
    let execute = (actual: OperationInput): Promise<OperationOutput> =>
      this.engine.execute(operation, actual, signal, { staleness });
    if (operation !== 'PutRecords' || !Array.isArray(input.Records)) return execute(input);

    if (rules.some((rule) => rule.reorder)) execute = withReorderedRecords(execute, this.random);
    for (const rule of rules) {
      if (rule.error === undefined || !isPartial(rule)) continue;
      const error = serviceError(rule.error);
      const fails = (entry: unknown): boolean =>
        (rule.shardId === undefined || goesTo(this.engine, input, entry, rule.shardId)) &&
        (!rule.perRecord || this.happens(rule));
      execute = withFailedRecords(execute, fails, error);
    }
    return execute(input);
  }

  private interrupted(
    rules: readonly FaultRule[],
    output: OperationOutput,
    signal: AbortSignal | undefined,
  ): OperationOutput {
    let events = output.EventStream as AsyncIterable<OperationOutput>;
    for (const { silentAfter, cutAfter } of rules) {
      const { clock } = this;
      if (cutAfter !== undefined)
        events = new InterruptedSubscription(events, 'cut', cutAfter, clock, signal);
      if (silentAfter !== undefined)
        events = new InterruptedSubscription(events, 'silent', silentAfter, clock, signal);
    }
    return { ...output, EventStream: events };
  }

  private durationOf(delay: number | readonly [number, number]): number {
    if (typeof delay === 'number') return delay;
    const [min, max] = delay;
    return min + (max - min) * this.random.next();
  }
}

/** Whether an error is for some records of a PutRecords and not for the call. */
function isPartial(rule: FaultRule): boolean {
  return rule.shardId !== undefined || rule.perRecord === true;
}

function isPerRecord(rule: FaultRule, operation: string): boolean {
  return operation === 'PutRecords' && rule.perRecord === true;
}

function throwBefore(rule: FaultRule, operation: string): void {
  const partial = operation === 'PutRecords' && isPartial(rule);
  if (rule.error !== undefined && !partial) throw serviceError(rule.error);
  if (rule.cut === 'before') throw new ConnectionCut();
  if (rule.expiredIterator && operation === 'GetRecords') throw serviceError('ExpiredIteratorException');
}

function serviceError(error: string | FaultError): ServiceError {
  const { code, message, statusCode } = typeof error === 'string' ? { code: error } : error;
  return new ServiceError(
    code,
    message ?? 'A fault of the local Kinesis, as it was told.',
    statusCode ?? statusOf(code),
  );
}

function statusOf(code: string): number {
  if (code.startsWith('InternalFailure')) return 500;
  return code.startsWith('ServiceUnavailable') ? 503 : 400;
}

/** Never resolves. @throws the reason of `signal`, when it aborts */
function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason as Error);
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
