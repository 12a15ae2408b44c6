import { randomUUID } from 'node:crypto';
import { JsonSerializer, KplAggregator } from 'nestjs-kinesis';
import { createItems, type Item } from '../producer/workload.js';

/** What the records of a stream are; the name of the stream begins with it. */
export const WORKLOADS = ['json-200', 'json-1000', 'kpl-200'] as const;
export type Workload = (typeof WORKLOADS)[number];

/** AWS limits of one answer. */
const MAX_RECORDS = 10_000;
const MAX_BYTES = 10 * 1024 * 1024;

const KEY_BYTES = 36;
const AGGREGATES = 20;
const USER_RECORDS_PER_AGGREGATE = 235;

/** Sequence numbers are as long as those of the service; the page's number, and the record's in it, make them ascend. */
const SEQUENCE_PREFIX = '4959033827149025660855969253836157109592';
const PAGE_DIGITS = 8;
const PAGE_PLACE = '#'.repeat(PAGE_DIGITS);

/** The records of one answer, of which each page is a copy with sequence numbers of its own. */
export class PageTemplate {
  private readonly text: Buffer;
  /** Where each record ends in the text. */
  private readonly ends: number[] = [];
  /** Where each record has the number of its page. */
  private readonly places: number[] = [];

  /** @param userRecords - in each Kinesis record */
  private constructor(
    data: readonly string[],
    readonly userRecords: number,
  ) {
    let text = '';
    for (const [index, base64] of data.entries()) {
      text += index === 0 ? '' : ',';
      const head =
        `{"Data":"${base64}","PartitionKey":"${randomUUID()}",` +
        `"ApproximateArrivalTimestamp":${(1_763_884_800 + index / 1000).toFixed(3)},"SequenceNumber":"${SEQUENCE_PREFIX}`;
      this.places.push(text.length + head.length);
      text += `${head}${PAGE_PLACE}${String(index).padStart(8, '0')}"}`;
      this.ends.push(text.length);
    }
    this.text = Buffer.from(text, 'latin1');
  }

  static create(workload: Workload): PageTemplate {
    const [format, bytes] = workload.split('-');
    const items = createItems(Number(bytes));
    if (format === 'kpl') {
      const aggregates = Array.from({ length: AGGREGATES }, (_, index) =>
        aggregate(
          items.slice(index * USER_RECORDS_PER_AGGREGATE).slice(0, USER_RECORDS_PER_AGGREGATE),
        ).toString('base64'),
      );
      return new PageTemplate(aggregates, USER_RECORDS_PER_AGGREGATE);
    }
    const count = Math.min(MAX_RECORDS, Math.floor(MAX_BYTES / (Number(bytes) + KEY_BYTES)));
    const data = items
      .slice(0, count)
      .map(({ value }) => Buffer.from(JSON.stringify(value)).toString('base64'));
    return new PageTemplate(data, 1);
  }

  /** Kinesis records of an answer to a call with this limit. */
  count(limit: number): number {
    return Math.min(limit, this.ends.length);
  }

  /** The answer. Far behind the tip, as it is when there is much to read. */
  page(number: number, limit: number, nextIterator: string): Buffer {
    const count = this.count(limit);
    const head = `{"MillisBehindLatest":3600000,"NextShardIterator":"${nextIterator}","Records":[`;
    const body = this.text.subarray(0, count === 0 ? 0 : this.ends[count - 1]);
    const page = Buffer.concat([Buffer.from(head), body, Buffer.from(']}')]);
    const digits = Buffer.from(String(number).padStart(PAGE_DIGITS, '0'));
    for (const place of this.places.slice(0, count)) digits.copy(page, head.length + place);
    return page;
  }
}

function aggregate(items: readonly Item[]): Buffer {
  const aggregator = new KplAggregator(new JsonSerializer());
  const open = aggregator.packing.open();
  for (const { value, partitionKey } of items) {
    if (!open.tryAdd({ data: Buffer.from(aggregator.serialize(value)), partitionKey }, MAX_BYTES)) {
      throw new RangeError('the benchmark makes aggregates that are too large');
    }
  }
  const [sealed] = open.seal();
  return Buffer.from(sealed?.data ?? []);
}
