import { cborCodec } from './cbor-codec.js';
import { ServiceError } from '../engine/service-error.js';
import { type HttpRequest } from './exchange.js';
import { jsonCodec } from './json-codec.js';
import { type WireCodec } from './wire-codec.js';

const TARGET = /^Kinesis_20131202\.([A-Za-z]{1,64})$/;
const HEALTH_PATHS = new Set(['/health', '/healthcheck']);
const CODECS: readonly WireCodec[] = [jsonCodec, cborCodec];

/** Whether somebody asks if the server is up. */
export function isHealthCheck(request: HttpRequest): boolean {
  const [path = ''] = (request.url ?? '').split('?', 1);
  return (request.method === 'GET' || request.method === 'HEAD') && HEALTH_PATHS.has(path);
}

/** The codec a request asks for, if there is one. */
export function codecOf(request: HttpRequest): WireCodec | undefined {
  const [contentType = ''] = (request.headers['content-type'] ?? '').split(';', 1);
  const wanted = contentType.trim().toLowerCase();
  return CODECS.find((codec) => codec.contentType === wanted);
}

/**
 * The operation a request asks for. As with the real service the path does not matter.
 *
 * @throws ServiceError for anything but a POST with a known content type and a target of this service.
 */
export function operationOf(request: HttpRequest): string {
  const target = request.headers['x-amz-target'];
  if (request.method !== 'POST') {
    throw new ServiceError(
      'AccessDeniedException',
      'Unable to determine service/operation name to be authorized',
      403,
    );
  }
  if (codecOf(request) === undefined) {
    throw new ServiceError('UnknownOperationException', 'Unknown content type', 404);
  }
  const operation = typeof target === 'string' ? TARGET.exec(target)?.[1] : undefined;
  if (operation === undefined) throw new ServiceError('UnknownOperationException', 'Unknown x-amz-target');
  return operation;
}
