import { describeThrown } from '../runtime/thrown.js';
import type { KinesisEvent } from './kinesis-event.js';

/** The part of Nest's `Logger` that is needed here. */
export interface EventLog {
  debug(message: string): void;
  log(message: string): void;
  warn(message: string): void;
  error(message: string, stack?: string): void;
}

/** From this attempt on a failing record is an error, no longer a warning. */
const LOUD_ATTEMPT = 3;

const LEASE_MISSING_TEXT = {
  'kept-position': 'its worker has put it back where it was',
  fail: 'the shard is not read (onDataLoss "fail") until it has a lease again',
  oldest: 'the shard is read from its oldest record (onDataLoss "oldest")',
  latest: 'the shard is read from now on (onDataLoss "latest")',
} as const;

/** What `onDataLoss` says. */
const AFTER_LOSS = {
  fail: 'The shard stands still (onDataLoss "fail").',
  oldest: 'Reading goes on with the oldest (onDataLoss "oldest").',
  latest: 'Reading goes on with what arrives from now on (onDataLoss "latest").',
};

/** Writes the engine's events to a log: places, counts and errors, never payloads or keys. */
export function logEvent(log: EventLog, event: KinesisEvent): void {
  switch (event.type) {
    case 'shard-assigned':
      return log.debug(`${where(event)}: lease taken, reading`);
    case 'caught-up':
      return log.debug(`${where(event)}: caught up, all that is there has been handled`);
    case 'shard-ended':
      return log.log(`${where(event)}: ended, continues in ${event.children.join(', ') || 'no other shard'}`);
    case 'hand-off-started':
      return log.debug(`${where(event)}: worker ${event.to} asked for the lease, finishing what runs`);
    case 'shard-released':
      return log.debug(
        `${where(event)}: lease given up${event.to === undefined ? '' : ` to worker ${event.to}`}`,
      );
    case 'shard-stalled':
      return log.warn(
        `${where(event)}: no progress for ${Math.round(event.duration / 1000)} s, ` +
          (event.what === 'handler' ? 'a handler has not finished' : 'the shard cannot be read'),
      );
    case 'lease-missing':
      return log.error(
        `${where(event)}: its lease was deleted from the store; ${LEASE_MISSING_TEXT[event.policy]}`,
      );
    case 'shard-expired':
      return log.error(
        `${where(event)}: retention passed the shard before all its records were handled; ` +
          (event.policy === 'fail'
            ? 'it stands still (onDataLoss "fail")'
            : 'what it still had is lost, its children are read'),
      );
    case 'shard-lost':
      return log.warn(`${where(event)}: lease lost, ${event.reason}`);
    case 'record-failed': {
      const count = countText(event.records);
      const text = `${whereRecord(event)}: ${event.handler} failed${count}, attempt ${event.attempt}`;
      if (!event.final && event.attempt < LOUD_ATTEMPT) return log.warn(`${text}: ${message(event.error)}`);
      return log.error(`${text}: ${message(event.error)}`, stack(event.error));
    }
    case 'record-delayed':
      return log.debug(`${whereRecord(event)}: ${event.handler} asks for it again in ${event.delay} ms`);
    case 'record-skipped':
      return log.error(`${whereRecord(event)}: skipped, ${event.handler} could not handle it`);
    case 'record-dead-lettered':
      return log.error(
        `${whereRecord(event)}: now a dead letter, ${event.handler} could not handle it: ${message(event.error)}`,
      );
    case 'deduplicator-failed':
      return log.error(
        `${where(event)}: the deduplicator of ${event.handler} failed, records may be handled twice: ${message(event.error)}`,
        stack(event.error),
      );
    case 'dead-letter-failed':
      return log.error(
        `${where(event)}: ${event.sink} did not store ${event.letters} dead letters, again in ` +
          `${Math.round(event.retryIn)} ms; what waits for it stands still: ${message(event.error)}`,
        stack(event.error),
      );
    case 'window-skipped':
      return log.error(
        `${whereRecord(event)}: the last call for the window from ${new Date(event.windowStart).toISOString()} to ` +
          `${new Date(event.windowEnd).toISOString()} is skipped, ${event.handler} could not handle it: ` +
          message(event.error),
      );
    case 'shard-halted':
      return log.error(
        `${whereRecord(event)}: shard halted, ${event.handler} could not handle this record. ` +
          (event.expired
            ? 'The stream no longer has it: only KinesisConsumerRegistry.resume() tries again, a restart loses it. '
            : 'KinesisConsumerRegistry.resume() or a restart tries again; ') +
          'onExhausted "skip" or "dead-letter" would pass over it.',
      );
    case 'records-trimmed':
      return log.error(
        `${where(event)}: retention has passed the checkpoint ${event.checkpoint}, and records behind it may be lost ` +
          `unhandled; the oldest there is ${event.firstAvailable ? `is ${event.firstAvailable}` : 'has yet to come'}. ` +
          AFTER_LOSS[event.policy],
      );
    case 'call-stuck':
      return log.warn(
        `${where(event)}: ${event.operation} had no answer for ${event.timeout} ms; it is made again`,
      );
    case 'stream-recreated':
      return log.error(
        `${event.stream}: the stream was deleted and created again since ${event.leases} leases were made; their ` +
          'checkpoints do not apply to it, and it is read from the starting position.',
      );
    case 'drain-timeout':
      return log.warn(
        `${where(event)}: a handler did not finish before shutdownTimeout; its record is handled again`,
      );
    case 'loop-failed':
      return log.error(
        `${event.stream}: ${event.loop} failed, again in ${Math.round(event.retryIn)} ms: ${message(event.error)}`,
        stack(event.error),
      );
    case 'put-failed':
      return log.error(`${event.stream}: a record could not be put: ${event.error.message}`);
    case 'put-retried':
      return log.debug(`${event.stream}: ${event.records} records are sent again: ${event.error.message}`);
    case 'hook-failed':
      return log.error(
        `${event.stream}: the ${event.hook} hook threw: ${message(event.error)}`,
        stack(event.error),
      );
  }
}

function countText(records: number): string {
  if (records === 0) return ' at the end of a window';
  return records === 1 ? '' : ` with ${records} records`;
}

function where(event: { stream: string; shardId: string }): string {
  return `${event.stream}/${event.shardId}`;
}

function whereRecord(event: {
  stream: string;
  shardId: string;
  sequenceNumber: string;
  subSequenceNumber: number;
}): string {
  return `${where(event)} at ${event.sequenceNumber}/${event.subSequenceNumber}`;
}

function message(error: unknown): string {
  return describeThrown(error).message;
}

function stack(error: unknown): string | undefined {
  return describeThrown(error).stack;
}
