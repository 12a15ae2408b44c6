import { Injectable } from '@nestjs/common';
import type { Checkpointer } from '../checkpointers/checkpointer.js';
import { retryUntil } from '../client/retry-until.js';
import { verifyStreams } from '../client/verify-streams.js';
import type { KinesisConnection } from '../kinesis-connection.js';
import type { ResolvedStream } from '../options/resolve-options.js';
import { untilAborted } from '../runtime/abort.js';

/** Makes sure, once, of what consumers need: their streams, and the store of their leases. */
@Injectable()
export class ConsumerPreparation {
  private readonly verified = new WeakSet<ResolvedStream>();
  /** By instance: connections may share one. */
  private readonly prepared = new Map<Checkpointer, Promise<void>>();
  private readonly closing = new AbortController();

  /**
   * Makes sure that streams are there.
   *
   * @throws KinesisError for one that cannot be used; the reason of `signal` when that aborts
   */
  async verify(
    { engine }: KinesisConnection,
    streams: Iterable<ResolvedStream>,
    signal: AbortSignal,
  ): Promise<void> {
    const { gateway, clock, random, options } = engine;
    const fresh = [...streams].filter((stream) => !this.verified.has(stream));
    await verifyStreams(fresh, { gateway, clock, random, signal, timeout: options.describeTimeout });
    for (const stream of fresh) this.verified.add(stream);
  }

  /**
   * Prepares the connection's checkpointer; as with streams, only what no retry mends fails before `describeTimeout`.
   *
   * @throws what the checkpointer refuses with; the reason of `signal` when that aborts
   */
  prepareStore(connection: KinesisConnection, signal: AbortSignal): Promise<void> {
    const { checkpointer } = connection;
    let prepared = this.prepared.get(checkpointer);
    if (!prepared) {
      prepared = this.prepare(connection);
      this.prepared.set(checkpointer, prepared);
      // Whoever starts a consumer next tries again.
      prepared.catch(() => this.prepared.delete(checkpointer));
    }
    // Others may wait for it, too: who goes away ends only its own wait.
    return untilAborted(prepared, signal);
  }

  /** Closes what the consumers of these connections have used, each once. */
  async close(connections: readonly KinesisConnection[]): Promise<void> {
    this.closing.abort();
    const used = connections.flatMap(({ checkpointer, deadLetterSink, deduplicator }) => [
      checkpointer,
      deadLetterSink,
      deduplicator,
    ]);
    await Promise.all([...new Set(used)].map(async (each) => each?.close?.()));
  }

  private async prepare({ engine, checkpointer }: KinesisConnection): Promise<void> {
    const { options, clock, random } = engine;
    const deadline = clock.now() + options.describeTimeout;
    const { signal } = this.closing;
    await retryUntil({ clock, random, deadline, signal }, async () => checkpointer.prepare?.());
  }
}
