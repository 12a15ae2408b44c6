import { EventStreamCodec } from '@smithy/core/event-streams';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';
import { type OperationOutput } from '../engine/operation.js';
import { type ServiceError } from '../engine/service-error.js';
import { type WireCodec } from './wire-codec.js';

export const EVENT_STREAM_CONTENT_TYPE = 'application/vnd.amazon.eventstream';

/** The errors the service's model declares for the events of SubscribeToShard; any other has a frame of its own kind. */
const MODELED_ERRORS = new Set([
  'ResourceNotFoundException',
  'ResourceInUseException',
  'KMSDisabledException',
  'KMSInvalidStateException',
  'KMSAccessDeniedException',
  'KMSNotFoundException',
  'KMSOptInRequired',
  'KMSThrottlingException',
  'InternalFailureException',
]);

const frames = new EventStreamCodec(toUtf8, fromUtf8);

/** The frame that opens every event stream: clients wait for it before they hand the stream to their caller. */
export function initialResponseFrame(codec: WireCodec): Uint8Array {
  return frame({ 'message-type': 'event', 'event-type': 'initial-response' }, codec, codec.encode({}));
}

/** One event, given as the SDK shapes it: an object whose only member names the event. */
export function eventFrame(codec: WireCodec, event: OperationOutput): Uint8Array {
  const [[name, payload] = ['', {}]] = Object.entries(event);
  return frame({ 'message-type': 'event', 'event-type': name }, codec, codec.encode(payload as object));
}

/** What a stream ends with when it fails. */
export function errorFrame(codec: WireCodec, error: Pick<ServiceError, 'code' | 'message'>): Uint8Array {
  if (!MODELED_ERRORS.has(error.code)) {
    const headers = { 'message-type': 'error', 'error-code': error.code, 'error-message': error.message };
    return frame(headers, codec, codec.encode({}));
  }
  const body = codec.encode({ message: error.message });
  return frame({ 'message-type': 'exception', 'exception-type': error.code }, codec, body);
}

function frame(names: Record<string, string>, codec: WireCodec, body: Uint8Array): Uint8Array {
  const headers: Parameters<typeof frames.encode>[0]['headers'] = {
    ':content-type': { type: 'string', value: codec.contentType },
  };
  for (const [name, value] of Object.entries(names)) headers[`:${name}`] = { type: 'string', value };
  return frames.encode({ headers, body });
}
