import { Injectable } from '@nestjs/common';
import type { Checkpointer } from '../checkpointers/checkpointer.js';
import { retryUntil } from '../client/retry-until.js';
import { verifyStreams } from '../client/verify-streams.js';
import type { KinesisConnection } from '../kinesis-connection.js';
import type { ResolvedStream } from '../options/resolve-options.js';
import { untilAborted } from '../runtime/abort.js';
import { settledWithin } from '../runtime/deadline.js';
import { describeThrown } from '../runtime/thrown.js';
import type { KinesisEngine } from '../kinesis-engine.js';

interface Closable {
  close?(): Promise<void>;
}

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

  /** Closes what the consumers of these connections have used, each once. What fails there holds up no shutdown. */
  async close(connections: readonly KinesisConnection[]): Promise<void> {
    this.closing.abort();
    const used = new Map<Closable | undefined, () => Promise<void>>();
    for (const { engine, checkpointer, deadLetterSink, deduplicator } of connections) {
      for (const [name, each] of Object.entries({ checkpointer, deadLetterSink, deduplicator })) {
        used.set(each, () => close(name, each, engine));
      }
    }
    await Promise.all([...used.values()].map((closeOne) => closeOne()));
  }

  private async prepare({ engine, checkpointer }: KinesisConnection): Promise<void> {
    const { options, clock, random } = engine;
    const deadline = clock.now() + options.describeTimeout;
    const { signal } = this.closing;
    await retryUntil({ clock, random, deadline, signal }, async () => checkpointer.prepare?.());
  }
}

/** The producers have yet to flush: neither an error nor a close that never ends may keep them from that. */
async function close(
  name: string,
  each: Closable | undefined,
  { clock, log, options }: KinesisEngine,
): Promise<void> {
  const closed = Promise.resolve()
    .then(() => each?.close?.())
    .catch((error: unknown) =>
      log.error(`The ${name} could not be closed: ${describeThrown(error).message}`),
    );
  if (await settledWithin(closed, options.shutdownTimeout, clock)) return;
  log.warn(`The ${name} has not closed within shutdownTimeout; it is left behind.`);
}
