import type { InFlightRecord } from './in-flight-record.js';
import type { Position } from './position.js';

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
 * The records of a batch that have failed by what its handler returned, and by `context.failFrom`. Whatever names no record
 * of the batch fails all of it, as in Lambda: nothing is lost, whatever the handler meant.
 *
 * @param failedFrom - index of the first that failed, and all behind it, by `context.failFrom`
 */
export function failedRecords(
  records: readonly InFlightRecord[],
  result: unknown,
  failedFrom = Infinity,
): readonly InFlightRecord[] {
  const { failed, batchItemFailures }: Named = isObject(result) ? result : {};
  const single = indexesOf(records, listOf(failed).map(placeOf), (record) => [placeOf(record)]);
  const starts = indexesOf(records, listOf(batchItemFailures).map(identifierOf), ({ sequenceNumber, id }) => [
    sequenceNumber,
    id,
  ]);
  if (!single || !starts) return records;
  const [start = Infinity] = starts;
  const from = Math.min(start, failedFrom);
  if (from === Infinity && single.size === 0) return [];
  return records.filter((_, index) => index >= from || single.has(index));
}

/** What a result may have under these names, whoever wrote the handler. */
type Named = { readonly [Name in keyof BatchResult]?: unknown };

/** One by itself stands for a list of it. */
function listOf(named: unknown): readonly unknown[] {
  if (Array.isArray(named)) return named;
  return named ? [named] : [];
}

function placeOf(position: unknown): string {
  const { sequenceNumber, subSequenceNumber }: Partial<Position> = isObject(position) ? position : {};
  return `${sequenceNumber}/${subSequenceNumber}`;
}

function identifierOf(failure: unknown): unknown {
  return isObject(failure) && 'itemIdentifier' in failure ? failure.itemIdentifier : undefined;
}

/** The indexes of the records that have one of the names, in order; undefined where a name is nobody's. */
function indexesOf(
  records: readonly InFlightRecord[],
  names: readonly unknown[],
  namesOf: (record: InFlightRecord) => readonly string[],
): ReadonlySet<number> | undefined {
  const indexes = new Set<number>();
  const missing = new Set(names);
  if (missing.size === 0) return indexes;
  const wanted = new Set(missing);
  for (const [index, record] of records.entries()) {
    for (const name of namesOf(record)) {
      missing.delete(name);
      if (wanted.has(name)) indexes.add(index);
    }
  }
  return missing.size === 0 ? indexes : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
