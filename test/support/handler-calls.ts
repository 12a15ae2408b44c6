import type { ModuleMetadata } from '@nestjs/common';
import { MemoryCheckpointer } from 'nestjs-kinesis';
import { callToEnd } from '../../src/delivery/handler.js';
import { HandlerExplorer } from '../../src/handlers/handler-explorer.js';
import { HandlerFactory } from '../../src/handlers/handler-factory.js';
import { resolveHandler } from '../../src/options/resolve-handler.js';
import { startApp, type TestApp } from './app.js';

/** A handler of an app as the engine calls it; `context` need be none of the engine's. */
export type TestCall = (input: unknown, context?: object) => Promise<unknown>;

export interface CallableApp extends TestApp {
  /** The handlers' calls by their names; of several handlers with one name, in the order of discovery. */
  readonly calls: readonly { readonly name: string; readonly call: TestCall }[];
  /** The call of the only handler. */
  readonly call: TestCall;
}

/** An app with what `metadata` lists, consuming nothing: its handlers are called by hand. */
export async function startCallableApp(
  metadata: ModuleMetadata,
  { batch = false, globalEnhancers = false } = {},
): Promise<CallableApp> {
  const testApp = await startApp(
    {
      application: 'test',
      client: { region: 'us-east-1' },
      checkpointer: new MemoryCheckpointer(),
      streams: { orders: {} },
      autoStart: false,
    },
    metadata,
  );
  const explorer = testApp.app.get(HandlerExplorer, { strict: false });
  const factory = testApp.app.get(HandlerFactory, { strict: false });
  const calls = explorer.explore().map((discovered) => {
    const settings = resolveHandler('test', batch ? { batch: {} } : {});
    const handler = factory.createHandler(discovered, settings, globalEnhancers);
    const call: TestCall = async (input, context = {}) => callToEnd(handler, input, context as never);
    return { name: discovered.name, call };
  });
  const call: TestCall = (input, context) => {
    const [only, ...others] = calls;
    if (!only || others.length > 0) throw new Error(`there are ${calls.length} handlers`);
    return only.call(input, context);
  };
  return { ...testApp, calls, call };
}

/** A record of a batch, as far as handlers and their pipes look at it. */
export class TestRecord {
  constructor(
    readonly id: string,
    readonly payload: unknown,
  ) {}

  withPayload(payload: unknown): TestRecord {
    return new TestRecord(this.id, payload);
  }
}
