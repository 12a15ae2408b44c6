import { type OperationOutput } from '../engine/operation.js';
import { type HttpResponse } from './exchange.js';
import { eventFrame, initialResponseFrame } from './event-frames.js';
import { type WireCodec } from './wire-codec.js';

/** An operation's output whose answer is a stream of events. */
export interface EventStreamOutput extends OperationOutput {
  readonly EventStream: AsyncIterable<OperationOutput>;
}

export function isEventStream(output: OperationOutput): output is EventStreamOutput {
  const stream = output.EventStream;
  return typeof stream === 'object' && stream !== null && Symbol.asyncIterator in stream;
}

/**
 * Sends events as they come, no faster than the client reads, until they end or the client is gone. The head of
 * the response must have been written.
 */
export async function sendEvents(
  response: HttpResponse,
  codec: WireCodec,
  events: AsyncIterable<OperationOutput>,
): Promise<void> {
  response.write(initialResponseFrame(codec));
  for await (const event of events) {
    if (response.destroyed) return;
    if (!response.write(eventFrame(codec, event))) await drained(response);
  }
}

function drained(response: HttpResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      response.off('drain', settle).off('close', settle);
      resolve();
    };
    response.on('drain', settle).on('close', settle);
    if (response.destroyed) settle();
  });
}
