import type { InFlightRecord } from './in-flight-record.js';
import { comparePositions, type Position } from './position.js';

/** What a batch handler may return to say that some of its records have failed. */
export interface BatchResult {
  /** Exactly these have failed; the others are done. */
  readonly failed?: readonly Position[];
  /**
   * As Lambda takes it: the record that is named by its sequence number or `id`, and all after it, have failed. Of several
   * the first counts.
   */
  readonly batchItemFailures?: readonly { readonly itemIdentifier: string }[];
}

/**
 * The records of a batch that have failed by what its handler returned, and by `context.failFrom`. A record that was not in
 * the batch fails all of it, as in Lambda: whatever the handler meant, nothing is lost.
 */
export function failedRecords(
  records: readonly InFlightRecord[],
  result: unknown,
  failedFrom: Position | undefined,
): readonly InFlightRecord[] {
  const { failed, batchItemFailures } = isObject(result) ? (result as BatchResult) : {};
  const single = new Set((Array.isArray(failed) ? failed : []).map((record) => indexOf(records, record)));
  const starts = (Array.isArray(batchItemFailures) ? batchItemFailures : []).map((failure) =>
    indexOfIdentifier(records, failure),
  );
  if (failedFrom) starts.push(indexOf(records, failedFrom));
  if (single.has(-1) || starts.includes(-1)) return records;
  const from = Math.min(Infinity, ...starts);
  return records.filter((_, index) => index >= from || single.has(index));
}

function indexOf(records: readonly InFlightRecord[], position: unknown): number {
  if (!isObject(position) || !('sequenceNumber' in position)) return -1;
  return records.findIndex((record) => comparePositions(record, position as Position) === 0);
}

function indexOfIdentifier(records: readonly InFlightRecord[], failure: unknown): number {
  const identifier = isObject(failure) && 'itemIdentifier' in failure ? failure.itemIdentifier : undefined;
  return records.findIndex(({ sequenceNumber, id }) => identifier === sequenceNumber || identifier === id);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
