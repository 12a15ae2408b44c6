import { randomUUID } from 'node:crypto';
import { type OutgoingHttpHeaders } from 'node:http';
import { type OperationExecutor } from '../engine/operation.js';
import { ConnectionCut, ServiceError } from '../engine/service-error.js';
import { cutConnection, type HttpRequest, type HttpResponse, type NodeRequest } from './exchange.js';
import { jsonCodec } from './json-codec.js';
import { type BodyLimits, discardBody, readBody } from './request-body.js';
import { codecOf, isHealthCheck, operationOf } from './routing.js';
import { type WireCodec } from './wire-codec.js';

export interface RequestHandlerOptions extends BodyLimits {
  readonly executor: OperationExecutor;
  /** Milliseconds since the epoch, for the `Date` header: clients take the service's time from it. */
  readonly wallTime: () => number;
}

/** Answers one request after the other, whatever HTTP version they came in. */
export class RequestHandler {
  constructor(private readonly options: RequestHandlerOptions) {}

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
      const operation = operationOf(request);
      const input = codec.decode(operation, await readBody(request, this.options));
      const output = await this.options.executor.execute(operation, input, closeSignal(response));
      this.respond(response, 200, codec, output);
    } catch (error) {
      if (error instanceof ConnectionCut) cutConnection(request);
      else this.respondError(request, response, codec, error);
    }
  }

  private respondError(request: HttpRequest, response: HttpResponse, codec: WireCodec, error: unknown): void {
    if (response.destroyed || response.headersSent) return;
    discardBody(request);
    const known = error instanceof ServiceError;
    const code = known ? error.code : 'InternalFailureException';
    const message = known ? error.message : 'The request processing has failed because of an unknown error';
    const status = known ? error.statusCode : 500;
    this.respond(response, status, codec, { __type: code, message }, { 'x-amzn-errortype': code });
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

  private headers(contentType: string): OutgoingHttpHeaders {
    return {
      'content-type': contentType,
      'x-amzn-requestid': randomUUID(),
      date: new Date(this.options.wallTime()).toUTCString(),
    };
  }
}

/** Aborts when the client goes away before it has its answer. */
function closeSignal(response: HttpResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableEnded) controller.abort();
  });
  return controller.signal;
}

function isEmpty(value: object): boolean {
  for (const name in value) {
    if ((value as Record<string, unknown>)[name] !== undefined) return false;
  }
  return true;
}
