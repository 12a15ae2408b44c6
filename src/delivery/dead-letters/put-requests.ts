import type { PutEntry } from '../../client/kinesis-gateway.js';

/** AWS limit: records of a PutRecords call. */
const MAX_RECORDS = 500;

/** Bytes of data and partition keys of a PutRecords call: what every region takes (AWS limit: 10 MiB, before: 5 MiB). */
const MAX_BYTES = 5 * 1024 * 1024;

/**
 * Divides records among PutRecords calls to be made one after the other. The service promises no order within a call:
 * each has one record of a partition key at most.
 *
 * @param maxRecords - of a call
 */
export function* requestsOf<Entry extends PutEntry>(
  entries: readonly Entry[],
  maxRecords = MAX_RECORDS,
): Generator<Entry[]> {
  let request: Entry[] = [];
  let keys = new Set<string>();
  let bytes = 0;
  for (const entry of entries) {
    const size = entry.data.byteLength + Buffer.byteLength(entry.partitionKey);
    const full = request.length === maxRecords || bytes + size > MAX_BYTES || keys.has(entry.partitionKey);
    if (full && request.length > 0) {
      yield request;
      request = [];
      keys = new Set();
      bytes = 0;
    }
    request.push(entry);
    keys.add(entry.partitionKey);
    bytes += size;
  }
  if (request.length > 0) yield request;
}
