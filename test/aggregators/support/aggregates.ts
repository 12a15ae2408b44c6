import type {
  Aggregator,
  OpenAggregate,
  Packing,
  SealedRecord,
  UserRecord,
} from '../../../src/aggregators/index.js';

/** The packing of an aggregator that has one. */
export function packingOf(aggregator: Aggregator): Packing {
  if (!aggregator.packing) throw new Error(`${aggregator.name} has no packing`);
  return aggregator.packing;
}

/** Bytes as the service counts them against its limits. */
export function sizeOf({ data, partitionKey }: SealedRecord): number {
  return data.length + Buffer.byteLength(partitionKey);
}

/** The only Kinesis record of an aggregate. */
export function sealOne(aggregate: OpenAggregate): SealedRecord {
  const [only, ...others] = aggregate.seal();
  if (!only || others.length > 0) throw new Error('not exactly one Kinesis record');
  return only;
}

/** Packs user records as a producer does: a full aggregate is sealed, and the next one opened. */
export function packAll(
  aggregator: Aggregator,
  records: readonly UserRecord[],
  maxBytes: number,
): SealedRecord[] {
  const packing = packingOf(aggregator);
  const sealed: SealedRecord[] = [];
  let open = packing.open();
  for (const record of records) {
    if (open.tryAdd(record, maxBytes)) continue;
    sealed.push(...open.seal());
    open = packing.open();
    if (!open.tryAdd(record, maxBytes)) throw new Error('a record does not fit alone');
  }
  return [...sealed, ...open.seal()];
}

/** The value of a user record, as the delivery gets at it. */
export function valueOf(aggregator: Aggregator, record: UserRecord): unknown {
  return record.decoded ? record.decoded.value : aggregator.deserialize(record.data);
}

/** User records as plain objects: what comes back as a view or lazily compares equal to what was added. */
export function plain({ data, partitionKey, explicitHashKey }: UserRecord): unknown {
  return { data: Buffer.from(data).toString('hex'), partitionKey, explicitHashKey };
}
