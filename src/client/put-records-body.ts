import type { PutRecordsInput, PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import type { PutEntry } from './kinesis-gateway.js';

/** Characters to write at a time: a write for each small record would cost as much as its base64. */
const WRITE_AT = 8_192;

/** Text that is JSON as it is, between quotes. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

const [START, DATA] = ['{"Records":[', '{"Data":"'];

/**
 * The JSON body of a PutRecords call, in ASCII, and in one allocation of its size. The SDK makes base64 byte by byte,
 * into a buffer that it doubles as it grows: that costs three times as much.
 *
 * @param owners - of the records, as far as no middleware has changed these: they learn where their data are in the body
 * @returns undefined for data that are no bytes, of which the SDK may know what to make
 */
export function putRecordsBody(
  { Records: records = [], ...stream }: PutRecordsInput,
  owners: readonly PutEntry[] = [],
): Buffer | undefined {
  if (!records.every(hasBytes)) return undefined;
  const end = ascii(JSON.stringify({ Records: [], ...stream })).slice(START.length);
  const keys = records.map(keysOf);
  let size = START.length + Math.max(0, records.length - 1) + end.length;
  records.forEach(({ Data: data }, index) => {
    size += DATA.length + base64Length(data) + (keys[index] as string).length;
  });
  const body = Buffer.allocUnsafeSlow(size);
  let position = 0;
  let text = START;
  const write = (part: string): void => {
    position += body.write(part, position, 'latin1');
  };
  records.forEach(({ Data: data }, index) => {
    const base64 = base64Of(data);
    text += index === 0 ? DATA : `,${DATA}`;
    const owner = owners[index];
    if (owner?.movable) {
      const start = position + text.length;
      owner.encoded?.(data, body, start, start + base64.length);
    }
    if (base64.length < WRITE_AT) {
      text += base64;
    } else {
      // Joined with others, it would be copied once more.
      write(text);
      write(base64);
      text = '';
    }
    text += keys[index] as string;
    if (text.length < WRITE_AT) return;
    write(text);
    text = '';
  });
  write(text + end);
  return body;
}

function hasBytes(entry: PutRecordsRequestEntry): entry is PutRecordsRequestEntry & { Data: Uint8Array } {
  return entry.Data instanceof Uint8Array;
}

/** What follows the data of an entry. */
function keysOf({ PartitionKey: partitionKey, ExplicitHashKey: hashKey }: PutRecordsRequestEntry): string {
  const explicit = hashKey === undefined ? '' : `","ExplicitHashKey":"${unquoted(hashKey)}`;
  return `${explicit}","PartitionKey":"${unquoted(partitionKey ?? '')}"}`;
}

function unquoted(text: string): string {
  return PLAIN.test(text) ? text : ascii(JSON.stringify(text)).slice(1, -1);
}

/** The same JSON with as many bytes as characters. */
function ascii(json: string): string {
  return json.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function base64Of(data: Uint8Array): string {
  const { buffer, byteOffset, byteLength } = data;
  return (Buffer.isBuffer(data) ? data : Buffer.from(buffer, byteOffset, byteLength)).toString('base64');
}

function base64Length({ byteLength }: Uint8Array): number {
  return Math.ceil(byteLength / 3) * 4;
}
