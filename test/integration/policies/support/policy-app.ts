import type { INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  type DeadLetterSink,
  type KinesisBatchContext,
  KinesisConsumer,
  type KinesisConsumerHandlerOptions,
  KinesisConsumerRegistry,
  type KinesisContext,
  KinesisCtx,
  KinesisEvents,
  KinesisModule,
  type KinesisModuleOptions,
  KinesisPayload,
  type ReceivedRecord,
  type StandardSchema,
} from 'nestjs-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import { fastOptions } from '../../../support/app.js';
import { QuietLogger } from '../../../support/quiet-logger.js';
import { codeOf, Ledger } from './ledger.js';
import { type Numbered, type NumberedRecord, placeOf, putNumbered } from './numbered-records.js';

/** What a script is given: one call of its handler. */
export interface Call {
  readonly numbers: readonly number[];
  readonly records: readonly Numbered[];
  /** What the handler got beside its context; of a batch, its records. */
  readonly input: unknown;
  readonly attempt: number;
  readonly signal: AbortSignal;
  readonly context: KinesisContext | KinesisBatchContext;
  /** Enters records into the ledger as handled; all of the call's unless some are named. */
  readonly done: (numbers?: readonly number[]) => void;
}

/** A handler that does what its script says. */
export interface ScriptedHandler {
  readonly name: string;
  readonly stream: string;
  readonly options?: KinesisConsumerHandlerOptions;
  readonly schema?: StandardSchema;
  readonly script: (call: Call) => unknown;
}

export interface PolicyAppOptions {
  /** What each stream holds before the app starts. */
  readonly streams: Readonly<Record<string, readonly NumberedRecord[]>>;
  readonly shards?: number;
  readonly handlers: readonly ScriptedHandler[];
  readonly module?: Partial<KinesisModuleOptions>;
  /** Asked before the sink stores letters; fails where this throws. */
  readonly beforeStore?: () => void;
}

/** An app of scripted handlers on a local Kinesis, and a ledger for each. */
export class PolicyApp {
  private constructor(
    private readonly app: INestApplicationContext,
    private readonly kinesis: LocalKinesis,
    private readonly places: ReadonlyMap<string, number>,
    private readonly ledgers: ReadonlyMap<string, Ledger>,
  ) {}

  static async start(options: PolicyAppOptions): Promise<PolicyApp> {
    const { streams, shards = 1 } = options;
    const names = Object.keys(streams);
    const kinesis = await LocalKinesis.start({
      limits: 'none',
      streams: Object.fromEntries(names.map((name) => [name, { shards }])),
    });
    const places = new Map<string, number>();
    for (const [name, records] of Object.entries(streams)) {
      for (const entry of await putNumbered(kinesis, name, records)) places.set(...entry);
    }
    return PolicyApp.run(kinesis, places, options);
  }

  private static async run(
    kinesis: LocalKinesis,
    places: ReadonlyMap<string, number>,
    { streams, handlers, module, beforeStore }: PolicyAppOptions,
  ): Promise<PolicyApp> {
    const ledgers = new Map(handlers.map(({ name }) => [name, new Ledger()]));
    const options = fastOptions(kinesis, {
      streams: Object.fromEntries(Object.keys(streams).map((name) => [name, {}])),
      deadLetterSink: ledgerSink(ledgers, places, beforeStore),
      ...module,
    });
    // Not by compileApp(): this app outlives the test that comes first.
    const app = await Test.createTestingModule({
      imports: [KinesisModule.forRoot(options)],
      providers: [scriptedClass(handlers, ledgers)],
    })
      .setLogger(new QuietLogger())
      .compile();
    keepEvents(app.get(KinesisEvents), ledgers, places);
    await app.init();
    return new PolicyApp(app, kinesis, places, ledgers);
  }

  /** Ends the app, and starts another on the same streams. */
  async restart(options: PolicyAppOptions): Promise<PolicyApp> {
    await this.app.close();
    return PolicyApp.run(this.kinesis, this.places, options);
  }

  ledger(handler: string): Ledger {
    const ledger = this.ledgers.get(handler);
    if (!ledger) throw new Error(`there is no handler ${handler}`);
    return ledger;
  }

  /** Lets shards that stand still go on. */
  resume(consumer: string): void {
    this.app.get(KinesisConsumerRegistry).resume(consumer);
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.kinesis.stop();
  }
}

function scriptedClass(
  handlers: readonly ScriptedHandler[],
  ledgers: ReadonlyMap<string, Ledger>,
): new () => object {
  class Scripted {}
  const { prototype } = Scripted;
  for (const { name, stream, options, schema, script } of handlers) {
    const ledger = ledgers.get(name) ?? new Ledger();
    const value = (input: unknown, context: KinesisContext | KinesisBatchContext): unknown => {
      const records = Array.isArray(input)
        ? (input as ReceivedRecord<Numbered>[]).map(({ payload }) => payload)
        : [input as Numbered];
      const numbers = records.map(({ number }) => number);
      const { attempt, signal } = context;
      ledger.calls.push({ numbers, attempt });
      const done = (some: readonly number[] = numbers): unknown => ledger.handled.push(...some);
      return script({ numbers, records, input, attempt, signal, context, done });
    };
    Object.defineProperty(prototype, name, { value, configurable: true });
    if (schema) {
      KinesisPayload({ schema })(prototype, name, 0);
      KinesisCtx()(prototype, name, 1);
    }
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name) ?? {};
    KinesisConsumer(stream, { ...options, name })(prototype, name, descriptor);
  }
  return Scripted;
}

function ledgerSink(
  ledgers: ReadonlyMap<string, Ledger>,
  places: ReadonlyMap<string, number>,
  beforeStore: () => void = () => undefined,
): DeadLetterSink {
  return {
    name: 'ledger',
    async send(letters) {
      await Promise.resolve();
      beforeStore();
      for (const letter of letters) {
        const { attempts, reason, error, handler } = letter;
        const number = places.get(placeOf(letter));
        ledgers.get(handler)?.letters.push({
          number,
          attempts,
          code: error.code,
          ...(reason === undefined ? {} : { reason }),
        });
      }
    },
  };
}

function keepEvents(
  events: KinesisEvents,
  ledgers: ReadonlyMap<string, Ledger>,
  places: ReadonlyMap<string, number>,
): void {
  const numberOf = (event: Parameters<typeof placeOf>[0]): number | undefined => places.get(placeOf(event));
  events.on('record-skipped', (event) => ledgers.get(event.handler)?.skipped.push(numberOf(event)));
  events.on('record-dead-lettered', (event) =>
    ledgers.get(event.handler)?.deadLettered.push(numberOf(event)),
  );
  events.on('shard-halted', (event) => ledgers.get(event.handler)?.halted.push(numberOf(event)));
  events.on('record-delayed', (event) => ledgers.get(event.handler)?.delayed.push(numberOf(event)));
  events.on('record-failed', (event) => {
    const { attempt, final, error, handler } = event;
    ledgers.get(handler)?.failures.push({ number: numberOf(event), attempt, final, code: codeOf(error) });
  });
}
