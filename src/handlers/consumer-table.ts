import type { RetryPolicy } from '../delivery/delivery-policy.js';
import type { HandlerSettings } from '../delivery/handler.js';
import { DEFAULT_CONNECTION } from '../kinesis.constants.js';
import type { ConsumerPlan } from './consumer-plan.js';

type Row = Readonly<Record<string, string>>;

/** What the app consumes, for the log at start-up: one line for each handler. */
export function consumerTable(plans: readonly ConsumerPlan[]): string {
  const rows = plans.flatMap(rowsOf);
  // Most apps have one connection only.
  const columns = Object.keys(rows[0] ?? {}).filter(
    (column) => column !== 'connection' || rows.some((row) => row[column] !== DEFAULT_CONNECTION),
  );
  const table = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))];
  const widths = columns.map((_, i) => Math.max(...table.map((line) => line[i]?.length ?? 0)));
  const lines = table.map((line) =>
    line
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return ['Consumers:', ...lines].join('\n  ');
}

function rowsOf({ name, connection, stream, application, handlers }: ConsumerPlan): Row[] {
  const { options } = connection.engine;
  return handlers.map((handler) => ({
    consumer: name,
    connection: connection.name,
    stream: stream.streamName,
    application,
    handler: handler.name,
    shape: shapeText(handler),
    retry: retryText(handler.policy.retry),
    'given up': handler.policy.onExhausted,
    checkpointer: connection.checkpointer.name,
    start: options.autoStart ? 'now' : 'when told',
  }));
}

function shapeText({ shape, lanes: { concurrency } }: HandlerSettings): string {
  return concurrency === 1 ? shape.type : `${shape.type} x ${concurrency}`;
}

function retryText({ attempts, maxAge }: RetryPolicy): string {
  const limits = [
    ...(attempts === Infinity ? [] : [`${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`]),
    ...(typeof maxAge === 'number' && maxAge !== Infinity ? [`up to ${maxAge / 1000} s of age`] : []),
  ];
  return limits.join(', ') || (maxAge === Infinity ? 'until handled' : 'until expired');
}
