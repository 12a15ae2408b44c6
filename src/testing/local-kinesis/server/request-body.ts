import { ServiceError } from '../engine/service-error.js';
import { type HttpRequest } from './exchange.js';

/** How much of a body that is too long is read on, so that its sender gets to see the answer. */
const MAX_DISCARDED_BYTES = 64 * 1024 * 1024;

export interface BodyLimits {
  /** A longer body is answered with 413. */
  readonly maxBytes: number;
  /** Milliseconds until a body that does not end is given up. */
  readonly timeout: number;
}

/**
 * Reads the whole body of a request, and one too long to its end before it is refused: Node's HTTP/2 client takes no
 * answer while it still has more than 10 MB to send (its `maxSessionMemory`), but resets the stream with
 * ENHANCE_YOUR_CALM.
 *
 * @throws ServiceError with 413 for one too long, 408 for one that does not end in time, 400 for one cut short.
 */
export function readBody(request: HttpRequest, limits: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;

    const settle = (outcome: () => void): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onCut).off('error', onCut);
      // A late error of a request that is answered already concerns nobody, but must not go unheard.
      request.on('error', () => undefined);
      outcome();
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= limits.maxBytes) chunks.push(chunk);
      else chunks.length = 0;
      if (length > limits.maxBytes + MAX_DISCARDED_BYTES) settle(() => reject(tooLarge(limits.maxBytes)));
    };
    const onEnd = (): void => {
      if (length > limits.maxBytes) {
        settle(() => reject(tooLarge(limits.maxBytes)));
        return;
      }
      const [first] = chunks;
      settle(() =>
        resolve(first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks, length)),
      );
    };
    const onCut = (): void =>
      settle(() => reject(new ServiceError('SerializationException', 'The body was cut short')));
    const onTimeout = (): void =>
      settle(() =>
        reject(new ServiceError('RequestTimeoutException', 'The body did not arrive in time', 408)),
      );

    const timer = setTimeout(onTimeout, limits.timeout);
    request.on('data', onData).on('end', onEnd).on('close', onCut).on('error', onCut);
  });
}

/** Reads on without keeping anything: an answer sent before the request has ended gets lost otherwise. */
export function discardBody(request: HttpRequest): void {
  if (request.readableEnded || request.destroyed) return;
  let length = 0;
  request.on('error', () => undefined);
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > MAX_DISCARDED_BYTES) request.destroy();
  });
  request.resume();
}

function tooLarge(maxBytes: number): ServiceError {
  return new ServiceError('RequestEntityTooLargeException', `The body is longer than ${maxBytes} bytes`, 413);
}
