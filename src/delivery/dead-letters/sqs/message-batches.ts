import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';

/** AWS limit: messages of a SendMessageBatch call. */
const MAX_MESSAGES = 10;

/**
 * Divides messages among SendMessageBatch calls to be made one after the other. A message may fail while later ones of
 * its call are stored: of a message group, each call has one at most.
 *
 * @param maxBytes - of all bodies of a call together
 */
export function* batchesOf(
  entries: readonly SendMessageBatchRequestEntry[],
  maxBytes: number,
): Generator<SendMessageBatchRequestEntry[]> {
  let batch: SendMessageBatchRequestEntry[] = [];
  let groups = new Set<string>();
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.MessageBody ?? '');
    const group = entry.MessageGroupId;
    const isGroupIn = group !== undefined && groups.has(group);
    if (isGroupIn || batch.length === MAX_MESSAGES || (batch.length > 0 && bytes + size > maxBytes)) {
      yield batch;
      batch = [];
      groups = new Set();
      bytes = 0;
    }
    batch.push(entry);
    if (group !== undefined) groups.add(group);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
