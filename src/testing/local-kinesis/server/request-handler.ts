import { randomUUID } from 'node:crypto';
import { type OutgoingHttpHeaders } from 'node:http';
import { type OperationExecutor, type OperationOutput } from '../engine/operation.js';
import { ConnectionCut, ServiceError } from '../engine/service-error.js';
import { errorFrame, EVENT_STREAM_CONTENT_TYPE } from './event-frames.js';
import { isEventStream, sendEvents } from './event-stream.js';
import { type HttpRequest, type HttpResponse, type NodeRequest } from './exchange.js';
import { jsonCodec } from './json-codec.js';
import { type BodyLimits, discardBody, readBody } from './request-body.js';
import { codecOf, isHealthCheck, operationOf } from './routing.js';
import { type WireCodec } from './wire-codec.js';

export interface RequestHandlerOptions extends BodyLimits {
  readonly executor: OperationExecutor;
  /** Milliseconds since the epoch, for the `Date` header: clients take the service's time from it. */
  readonly wallTime: () => number;
  /** Takes the connection away from under a request. */
  readonly cut: (request: NodeRequest) => void;
}

/** Answers one request after the other, whatever HTTP version they came in. */
export class RequestHandler {
  private readonly running = new Set<AbortController>();

  constructor(private readonly options: RequestHandlerOptions) {}

  /** Tells every operation under way that nobody waits for it any more. */
  abort(): void {
    for (const controller of this.running) controller.abort();
  }

  /** Answers a request; never throws and never rejects. */
  async handle(request: NodeRequest, response: HttpResponse): Promise<void> {
    // A client that is gone shows as an error of the stream it no longer reads: nothing to do about it.
    response.on('error', () => undefined);
    if (isHealthCheck(request)) {
      discardBody(request);
      this.respond(response, 200, jsonCodec, { status: 'ok' });
      return;
    }
    const codec = codecOf(request) ?? jsonCodec;
    try {
      // First, whatever the head asks for: see readBody.
      const body = await readBody(request, this.options);
      const operation = operationOf(request);
      const input = codec.decode(operation, body);
      const output = await this.options.executor.execute(operation, input, this.closeSignal(response));
      if (isEventStream(output)) await this.respondEvents(response, codec, output.EventStream);
      else this.respond(response, 200, codec, output);
    } catch (error) {
      if (error instanceof ConnectionCut) this.options.cut(request);
      else this.respondError(request, response, codec, error);
    }
  }

  private async respondEvents(
    response: HttpResponse,
    codec: WireCodec,
    events: AsyncIterable<OperationOutput>,
  ): Promise<void> {
    response.writeHead(200, this.headers(EVENT_STREAM_CONTENT_TYPE));
    try {
      await sendEvents(response, codec, events);
    } catch (error) {
      // Once the head is out an error can only be told inside the stream.
      if (error instanceof ConnectionCut) throw error;
      if (!response.destroyed) response.write(errorFrame(codec, asServiceError(error)));
    }
    response.end();
  }

  private respondError(request: HttpRequest, response: HttpResponse, codec: WireCodec, error: unknown): void {
    if (response.destroyed || response.headersSent) return;
    discardBody(request);
    const { code, message, statusCode } = asServiceError(error);
    this.respond(response, statusCode, codec, { __type: code, message }, { 'x-amzn-errortype': code });
  }

  private respond(
    response: HttpResponse,
    status: number,
    codec: WireCodec,
    value: object,
    extraHeaders?: OutgoingHttpHeaders,
  ): void {
    if (response.destroyed) return;
    // Operations without output answer with an empty body.
    const body = isEmpty(value) ? undefined : codec.encode(value);
    response.writeHead(status, {
      ...this.headers(codec.contentType),
      'content-length': body?.length ?? 0,
      ...extraHeaders,
    });
    response.end(body);
  }

  /** Aborts when the client goes away before it has its answer, or the server stops. */
  private closeSignal(response: HttpResponse): AbortSignal {
    const controller = new AbortController();
    this.running.add(controller);
    response.once('close', () => {
      this.running.delete(controller);
      if (!response.writableEnded) controller.abort();
    });
    return controller.signal;
  }

  private headers(contentType: string): OutgoingHttpHeaders {
    return {
      'content-type': contentType,
      'x-amzn-requestid': randomUUID(),
      date: new Date(this.options.wallTime()).toUTCString(),
    };
  }
}

function isEmpty(value: object): boolean {
  for (const name in value) {
    if ((value as Record<string, unknown>)[name] !== undefined) return false;
  }
  return true;
}

function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  return new ServiceError(
    'InternalFailureException',
    'The request processing has failed because of an unknown error, exception or failure.',
    500,
  );
}
