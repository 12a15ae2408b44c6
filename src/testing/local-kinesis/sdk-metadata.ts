import { randomUUID } from 'node:crypto';

/** What the SDK tells of the answer a result or an error came with: the service gives each one an id. */
export function metadataOf(httpStatusCode: number) {
  return { httpStatusCode, requestId: randomUUID(), attempts: 1, totalRetryDelay: 0 };
}
