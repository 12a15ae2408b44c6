import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Aggregator } from './aggregators/aggregator.js';
import type { Checkpointer } from './checkpointers/checkpointer.js';
import type { DeadLetterSink } from './delivery/dead-letters/dead-letter-sink.js';
import type { Deduplicator } from './delivery/deduplication/deduplicator.js';
import { KinesisConfigurationError } from './errors.js';
import type { KinesisEngine } from './kinesis-engine.js';
import type { StreamProducers } from './producer/stream-producers.js';

/** The parts of a connection that an app may replace, by an option or by a provider. */
export interface KinesisPorts {
  readonly checkpointer: Checkpointer;
  readonly aggregator: Aggregator;
  readonly deadLetterSink: DeadLetterSink | undefined;
  readonly deduplicator: Deduplicator | undefined;
}

/** What one `KinesisModule.forRoot` makes. */
export interface KinesisConnection extends KinesisPorts {
  readonly name: string;
  readonly engine: KinesisEngine;
  readonly producers: StreamProducers;
}

/** The connections of an app, each under its name. */
@Injectable()
export class KinesisConnections implements OnApplicationShutdown {
  private readonly byName = new Map<string, KinesisConnection>();

  get names(): string[] {
    return [...this.byName.keys()];
  }

  /** @throws KinesisConfigurationError when there is one of that name */
  add(connection: KinesisConnection): void {
    const { name } = connection;
    if (this.byName.has(name)) {
      throw new KinesisConfigurationError(
        `There are two Kinesis connections named "${name}". KinesisModule.forRoot belongs in the app once for each ` +
          'connection; give further ones a name of their own: forRoot({ name: "eu", … }).',
      );
    }
    this.byName.set(name, connection);
  }

  get(name: string): KinesisConnection | undefined {
    return this.byName.get(name);
  }

  all(): KinesisConnection[] {
    return [...this.byName.values()];
  }

  /** The producers go last: handlers and HTTP requests put records until here. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all(
      this.all().map(async ({ producers, engine }) => {
        await producers.close(engine.options.shutdownTimeout);
        engine.close();
      }),
    );
  }
}
