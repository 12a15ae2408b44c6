/** `"Name":` for each member name met so far: there are a few dozen, written millions of times. */
const memberPrefixes = new Map<string, string>();

/** Text that stands for itself in JSON: printable ASCII without the quote and the backslash. */
const PLAIN = /^[ !#-[\]-~]*$/;

/**
 * Writes an output as AWS JSON: blobs as base64, dates as seconds with a fraction; absent members are left out.
 * `JSON.stringify` cannot do this in one pass (it turns dates into text before a replacer sees them), and
 * converting first would copy every record.
 */
export function writeJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return writeString(value);
    case 'number':
      return Number.isFinite(value) ? String(value) : 'null';
    case 'boolean':
      return value ? 'true' : 'false';
    case 'bigint':
      return value.toString();
    case 'object':
      return value === null ? 'null' : writeObject(value);
    default:
      return 'null';
  }
}

function writeObject(value: object): string {
  if (Array.isArray(value)) return writeList(value);
  if (value instanceof Uint8Array) return `"${base64(value)}"`;
  if (value instanceof Date) return String(value.getTime() / 1000);
  return writeStructure(value as Record<string, unknown>);
}

function writeList(items: readonly unknown[]): string {
  let text = '[';
  for (let index = 0; index < items.length; index++) {
    text += index === 0 ? writeJson(items[index]) : ',' + writeJson(items[index]);
  }
  return text + ']';
}

function writeStructure(members: Record<string, unknown>): string {
  let text = '{';
  for (const name in members) {
    const value = members[name];
    if (value === undefined) continue;
    if (text.length > 1) text += ',';
    text += memberPrefix(name) + writeJson(value);
  }
  return text + '}';
}

function memberPrefix(name: string): string {
  const known = memberPrefixes.get(name);
  if (known !== undefined) return known;
  const prefix = JSON.stringify(name) + ':';
  // Tag keys are chosen by callers: they must not make this grow without end.
  if (memberPrefixes.size < 1000) memberPrefixes.set(name, prefix);
  return prefix;
}

function writeString(value: string): string {
  return PLAIN.test(value) ? `"${value}"` : JSON.stringify(value);
}

function base64(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString('base64');
}
