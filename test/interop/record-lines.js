import { fromBase64, toBase64 } from './workload.js';

const NO_HASH_KEY = '-';

/** The end of a line: one that a program's death has cut off has none. */
const END = '.';

/** What a consumer writes of a user record it has been given: a line of its own, as the KCL's program does. */
export function recordLine(
  { shardId, sequenceNumber, subSequenceNumber },
  { partitionKey, explicitHashKey = NO_HASH_KEY, data },
) {
  const place = `${shardId} ${sequenceNumber} ${subSequenceNumber}`;
  return `REC ${place} ${toBase64(partitionKey)} ${explicitHashKey} ${toBase64(data)} ${END}`;
}

/** Enters such a line, without its first word, in a ledger. */
export function noteRecord(ledger, consumer, words) {
  const [shardId, sequenceNumber, subSequenceNumber, partitionKey, explicitHashKey, data, end] = words;
  if (end !== END) return;
  ledger.consume(
    { shardId, sequenceNumber, subSequenceNumber: Number(subSequenceNumber) },
    {
      partitionKey: fromBase64(partitionKey),
      explicitHashKey: explicitHashKey === NO_HASH_KEY ? undefined : explicitHashKey,
      data: fromBase64(data),
    },
    consumer,
  );
}
