import { JsonBytes } from './json-bytes.js';

const [COMMA, OPEN_LIST, CLOSE_LIST, OPEN_STRUCTURE, CLOSE_STRUCTURE] = [0x2c, 0x5b, 0x5d, 0x7b, 0x7d];

/** `"Name":` for each member name met so far: there are a few dozen, written millions of times. */
const memberPrefixes = new Map<string, Buffer>();

/** Tag keys are chosen by callers: they must not make the above grow without end. */
const MAX_PREFIXES = 1000;

/**
 * Writes an output as AWS JSON: blobs as base64, dates as seconds with a fraction; absent members are left out.
 * `JSON.stringify` cannot do this in one pass (it turns dates into text before a replacer sees them), and
 * converting first would copy every record.
 */
export function writeJson(value: object): Buffer {
  const json = new JsonBytes();
  writeObject(json, value);
  return json.finish();
}

function writeValue(json: JsonBytes, value: unknown): void {
  if (typeof value === 'string') json.string(value);
  else if (typeof value === 'object' && value !== null) writeObject(json, value);
  else if (typeof value === 'boolean' || Number.isFinite(value)) json.ascii(String(value));
  else json.ascii('null');
}

function writeObject(json: JsonBytes, value: object): void {
  if (Array.isArray(value)) writeList(json, value);
  else if (value instanceof Uint8Array) json.base64(value);
  else if (value instanceof Date) json.ascii(seconds(value.getTime()));
  else writeStructure(json, value as Record<string, unknown>);
}

function writeList(json: JsonBytes, items: readonly unknown[]): void {
  json.character(OPEN_LIST);
  for (let index = 0; index < items.length; index++) {
    if (index > 0) json.character(COMMA);
    writeValue(json, items[index]);
  }
  json.character(CLOSE_LIST);
}

function writeStructure(json: JsonBytes, members: Record<string, unknown>): void {
  let first = true;
  json.character(OPEN_STRUCTURE);
  for (const name in members) {
    const value = members[name];
    if (value === undefined) continue;
    if (!first) json.character(COMMA);
    first = false;
    json.raw(memberPrefix(name));
    writeValue(json, value);
  }
  json.character(CLOSE_STRUCTURE);
}

function memberPrefix(name: string): Buffer {
  const known = memberPrefixes.get(name);
  if (known !== undefined) return known;
  const prefix = Buffer.from(`${JSON.stringify(name)}:`);
  if (memberPrefixes.size < MAX_PREFIXES) memberPrefixes.set(name, prefix);
  return prefix;
}

/** Records of one PutRecords arrive in the same millisecond, and writing a fraction is slow. */
let lastMillis = 0;
let lastSeconds = '0';

function seconds(millis: number): string {
  if (millis !== lastMillis) {
    lastMillis = millis;
    lastSeconds = String(millis / 1000);
  }
  return lastSeconds;
}
