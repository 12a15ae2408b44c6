import type { RedisSubscriber } from './redis-client.js';

/**
 * Tells watchers of messages in their channels, over a connection that is there only while somebody watches. What
 * may have been missed, before a subscription or while the connection was down, counts as a message. A server that
 * does not let us subscribe tells nobody.
 */
export class ChangeChannels {
  private readonly watchers = new Map<string, Set<() => void>>();
  private subscriber: RedisSubscriber | undefined;

  constructor(private readonly connect: () => RedisSubscriber) {}

  /** @returns what ends the watch */
  watch(channel: string, onMessage: () => void): () => void {
    // Wrapped, so that the same function may watch twice.
    const watcher = (): void => onMessage();
    const subscriber = (this.subscriber ??= this.open());
    const watchers = this.watchers.get(channel);
    if (watchers) {
      watchers.add(watcher);
    } else {
      this.watchers.set(channel, new Set([watcher]));
      this.subscribe(subscriber, [channel]);
    }
    return () => this.end(channel, watcher);
  }

  close(): void {
    this.watchers.clear();
    this.subscriber?.disconnect();
    this.subscriber = undefined;
  }

  private open(): RedisSubscriber {
    const subscriber = this.connect();
    subscriber.on('message', (channel) => this.tell(channel));
    // After a reconnection; the client may have subscribed again itself, which does no harm.
    subscriber.on('ready', () => this.subscribe(subscriber, [...this.watchers.keys()]));
    // It connects again by itself, and meanwhile nobody needs it.
    subscriber.on('error', () => undefined);
    return subscriber;
  }

  private subscribe(subscriber: RedisSubscriber, channels: readonly string[]): void {
    if (channels.length === 0) return;
    subscriber.subscribe(...channels).then(
      () => {
        for (const channel of channels) this.tell(channel);
      },
      () => undefined,
    );
  }

  private tell(channel: string): void {
    for (const watcher of [...(this.watchers.get(channel) ?? [])]) watcher();
  }

  private end(channel: string, watcher: () => void): void {
    const watchers = this.watchers.get(channel);
    if (!watchers?.delete(watcher) || watchers.size > 0) return;
    this.watchers.delete(channel);
    if (this.watchers.size === 0) this.close();
    else this.subscriber?.unsubscribe(channel).catch(() => undefined);
  }
}
