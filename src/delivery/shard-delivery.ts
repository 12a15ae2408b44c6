import type { Aggregator } from '../aggregators/aggregator.js';
import { textReaderOf } from '../aggregators/serializers/text-reader.js';
import type { Checkpoint } from '../checkpointers/checkpoint.js';
import type { KinesisEventListener, ShardPlace } from '../observability/kinesis-event.js';
import { onAbort, untilAborted } from '../runtime/abort.js';
import type { Clock } from '../runtime/clock.js';
import type { Gate } from '../runtime/gate.js';
import type { Random } from '../runtime/random.js';
import { DeadLetterOutlet } from './dead-letter-outlet.js';
import type { DeadLetterSink } from './dead-letters/dead-letter-sink.js';
import type { Deduplicator } from './deduplication/deduplicator.js';
import type { Handler } from './handler.js';
import { type DeliveredPage, InFlight } from './in-flight.js';
import type { Lane } from './lane.js';
import { Pipeline } from './pipeline.js';
import { comparePositions, type Position, positionOf } from './position.js';
import type { ShardScope } from './shard-scope.js';
import { Starts } from './starts.js';

export interface ShardDeliveryOptions {
  place: ShardPlace;
  handlers: readonly Handler[];
  aggregator: Aggregator;
  clock: Clock;
  random: Random;
  report: KinesisEventListener;
  fencingToken: number;
  /** Who says how far the checkpoint may go: the end of each handler, or `context.checkpoint()`. */
  checkpointMode: 'auto' | 'manual';
  /** Where dead letters go. */
  deadLetterSink?: DeadLetterSink | undefined;
  /** For handlers that ask for it. */
  deduplicator?: Deduplicator | undefined;
  /** No handler starts while it is closed. */
  gate: Gate;
  /** Where the shard's checkpoint stands: what it covers is not delivered again. */
  resumeFrom: Checkpoint;
  /** Once this aborts no handler starts but with records that others have come past; those that run may end. */
  stopped: AbortSignal;
  /** Handed to handlers; aborts when their result no longer counts. */
  aborted: AbortSignal;
  /** Asked before each handler starts: whether the lease is certainly still ours. */
  mayStart: () => boolean;
  /** Whether reads wait for room that only comes when records are handled; {@link ShardDelivery.wake} tells of it. */
  isRoomShort: () => boolean;
  /** Up to when all records that arrived have been read, in milliseconds since the Unix epoch; -Infinity if not known. */
  readUpTo: () => number;
  /** Records that arrived earlier are no longer in the stream, in milliseconds since the Unix epoch; -Infinity if not known. */
  trimHorizon: () => number;
  /** Called when handlers may not start: none does any more. */
  onRefused: () => void;
  /** Called when the shard stands still at a record, until {@link ShardDelivery.resume}. */
  onHalted: () => void;
  /** Called with what should never happen; from then on nothing may start: it would come past what was lost there. */
  onCrash: (error: unknown) => void;
}

/** Hands the user records of one shard to its handlers, each at its own pace, and keeps the watermark. */
export class ShardDelivery {
  private readonly inFlight: InFlight;
  private readonly starts: Starts;
  private readonly pipelines: readonly Pipeline[];
  private readonly lanes: readonly Lane[];
  /** The highest position that a handler called done itself. */
  private marked: Position | undefined;
  private waiting: (() => void)[] = [];
  /** How often records were dropped that are to be read again. */
  private drops = 0;

  constructor(private readonly options: ShardDeliveryOptions) {
    const { place, aggregator, fencingToken, handlers, onHalted } = options;
    const scope: ShardScope = {
      place,
      aggregator,
      readText: textReaderOf(aggregator),
      fencingToken,
      handlers: handlers.length,
      // Records that are collected, to be done together later, are still of use when their handler has returned.
      hasLastingData:
        options.checkpointMode === 'manual' || handlers.some(({ shape }) => shape.type === 'window'),
      mark: (position) => this.mark(position),
    };
    this.starts = new Starts(options);
    this.inFlight = new InFlight({
      scope,
      resumeFrom: options.resumeFrom,
      onHungry: () => this.changed(),
      onRoom: () => this.wake(),
      onEmpty: () => this.changed(),
    });
    const { deadLetterSink: sink } = options;
    const outlet = sink && new DeadLetterOutlet({ ...options, sink });
    this.pipelines = handlers.map(
      (handler) =>
        new Pipeline({
          ...options,
          handler,
          outlet,
          deduplicator: options.deduplicator,
          inFlight: this.inFlight,
          starts: this.starts,
          onHoldOver: () => this.changed(),
          onHalted: () => {
            onHalted();
            this.changed();
          },
        }),
    );
    this.lanes = this.pipelines.flatMap((pipeline) => pipeline.lanes);
    // A batch that waits for more may have to be finished now.
    onAbort(options.stopped, () => this.wake());
  }

  /** The position up to which everything is finished; undefined while nothing is. */
  get finished(): Position | undefined {
    return this.inFlight.finished;
  }

  /** The position up to which records are in hand, finished or not; undefined before the first. */
  get taken(): Position | undefined {
    return this.inFlight.taken;
  }

  /** The position up to which the shard may be checkpointed; undefined while it may not be. */
  get checkpointable(): Position | undefined {
    const { finished, marked } = this;
    const limits = this.options.checkpointMode === 'manual' ? [finished, marked] : [finished];
    for (const { hold } of this.lanes) if (hold) limits.push(positionOf(hold.behind));
    return lowest(limits);
  }

  /** Whether a handler is running, or is about to because a later record has begun. */
  get isHandling(): boolean {
    const isBehind = this.inFlight.firstOpen < this.starts.reached && !this.isHalted;
    const isAtWork = this.lanes.some((lane) => !lane.isAtRest);
    return (isBehind && isAtWork) || this.lanes.some((lane) => lane.isCalling);
  }

  /** Since when, at least, the record is being handled that has been longest, on the monotonic clock. */
  get handlingSince(): number | undefined {
    const now = this.options.clock.now();
    const times = this.lanes
      .map((lane) => lane.handlingSince(now))
      .filter((since): since is number => since !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Whether the shard stands still at a record that it cannot pass. */
  get isHalted(): boolean {
    return this.starts.isHalted;
  }

  /** Takes over the records of one read, which follow on those of the last; its room is given back once they are finished. */
  accept(page: DeliveredPage): void {
    this.inFlight.accept(page);
    this.wake();
  }

  /** There may be something to do, though no record has come. */
  wake(): void {
    for (const pipeline of this.pipelines) pipeline.wake();
  }

  /**
   * Waits until the next read is wanted: handlers have come to the last page, or what was not begun has been dropped.
   *
   * @throws the reason of the signal, when it aborts
   */
  async room(signal: AbortSignal): Promise<void> {
    while (!this.inFlight.isHungry) await this.change(signal);
  }

  /**
   * No record will follow. Waits until all are finished, and nothing holds the checkpoint back.
   *
   * @returns whether they are; if not, the shard stands still or some have been dropped, and are to be read again
   * @throws the reason of the signal, when it aborts
   */
  async end(signal: AbortSignal): Promise<boolean> {
    const { drops } = this;
    this.inFlight.end();
    this.wake();
    const isWhole = (): boolean => this.drops === drops && !this.isHalted;
    while (!this.isOver && isWhole()) await this.change(signal);
    return this.isOver && isWhole();
  }

  /** Forgets the records that no handler has come to. They are to be read again, from behind what is {@link taken}. */
  dropUnread(): void {
    if (this.inFlight.dropUnread()) this.drops++;
    this.changed();
  }

  /** Tries again what the shard stands still at. */
  resume(): void {
    this.starts.resume();
  }

  /**
   * Resolves when the shard does not stand still.
   *
   * @throws the reason of the signal, when it aborts
   */
  resumed(signal: AbortSignal): Promise<void> {
    return this.starts.resumed(signal);
  }

  /** Waits until all that has begun is finished; meant for when the shard is given up. */
  async drained(): Promise<void> {
    // One lane may give another something to do.
    while (this.lanes.some((lane) => !lane.isAtRest)) await Promise.all(this.lanes.map((lane) => lane.rest));
  }

  /** Gives back the room of what is not finished; meant for when no handler starts any more. */
  close(): void {
    for (const lane of this.lanes) lane.close();
    this.inFlight.releaseAll();
  }

  /** Whether everything that was accepted is finished, windows included. */
  private get isOver(): boolean {
    return this.inFlight.isEmpty && this.lanes.every((lane) => lane.hold === undefined);
  }

  private mark({ sequenceNumber, subSequenceNumber }: Position): void {
    const position = { sequenceNumber, subSequenceNumber };
    if (!this.marked || comparePositions(position, this.marked) > 0) this.marked = position;
  }

  private async change(signal: AbortSignal): Promise<void> {
    await untilAborted(new Promise<void>((resolve) => this.waiting.push(resolve)), signal);
  }

  private changed(): void {
    if (this.waiting.length === 0) return;
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** Undefined as soon as one of them is. */
function lowest(positions: readonly (Position | undefined)[]): Position | undefined {
  return positions.reduce((low, position) =>
    low && position && comparePositions(position, low) < 0 ? position : position && low,
  );
}
