import { Injectable } from '@nestjs/common';
import type { KinesisEvent } from '../observability/kinesis-event.js';

export type KinesisEventType = KinesisEvent['type'];

/** An event as listeners get it: with the connection it comes from, `'default'` for the one without a name. */
export type KinesisEventOf<T extends KinesisEventType = KinesisEventType> = Extract<
  KinesisEvent,
  { type: T }
> & { readonly connection: string };

/** The events which say that records may be lost unhandled, or that nobody knows where a shard stood. */
export const DATA_LOSS_EVENTS = [
  'records-trimmed',
  'shard-expired',
  'lease-missing',
  'stream-recreated',
] as const satisfies readonly KinesisEventType[];

interface Listener {
  /** For the report of what it throws. */
  readonly name: string;
  readonly listen: (event: KinesisEventOf) => unknown;
}

/**
 * What happens to the app's shards and records, on all its connections, for code that comes and goes; a provider
 * that listens as long as the app lives is easier written with `@OnKinesisEvent`. Inject it.
 */
@Injectable()
export class KinesisEvents {
  private readonly listeners = new Map<KinesisEventType, Set<Listener>>();
  private readonly running = new Set<Promise<void>>();

  /**
   * Calls `listen` with every event of a type, soon after it happened; the engine does not wait for it. What it throws
   * is logged and reported as a `hook-failed` event.
   *
   * @param name - what to call the listener in that report
   * @returns what ends it
   */
  on<T extends KinesisEventType>(
    type: T,
    listen: (event: KinesisEventOf<T>) => unknown,
    name: string = listen.name || 'listener',
  ): () => void {
    const listener: Listener = { name, listen: listen as Listener['listen'] };
    const listeners = this.listeners.get(type) ?? new Set();
    this.listeners.set(type, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /**
   * @internal
   * @param onFailed - told what a listener failed with
   */
  emit(event: KinesisEvent, connection: string, onFailed: (listener: string, error: unknown) => void): void {
    for (const listener of this.listeners.get(event.type) ?? []) {
      // Not at once: a listener may pause or stop the very consumer that is in the middle of something.
      const call = Promise.resolve()
        .then(() => listener.listen({ ...event, connection }))
        .then(
          () => undefined,
          (error: unknown) => onFailed(listener.name, error),
        )
        .finally(() => this.running.delete(call));
      this.running.add(call);
    }
  }

  /** @internal Resolves when the calls under way have ended, and those that they led to. */
  async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }
}
