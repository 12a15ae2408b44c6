const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/**
 * The bytes of each element of a JSON list, as views. Only the boundaries are looked for: the text must be valid.
 *
 * Bytes are enough to find them: in UTF-8 none of the characters that matter is ever a part of another.
 */
export function elementsOfJsonList(list: Uint8Array): Uint8Array[] {
  const elements: Uint8Array[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < list.length; index++) {
    const byte = list[index];
    if (byte === QUOTE) {
      index = endOfString(list, index);
    } else if (byte === 0x5b || byte === 0x7b) {
      if (depth++ === 0) start = index + 1;
    } else if (byte === 0x5d || byte === 0x7d) {
      if (--depth === 0) push(elements, list, start, index);
    } else if (byte === COMMA && depth === 1) {
      push(elements, list, start, index);
      start = index + 1;
    }
  }
  return elements;
}

function endOfString(list: Uint8Array, quote: number): number {
  let index = quote + 1;
  while (index < list.length && list[index] !== QUOTE) index += list[index] === BACKSLASH ? 2 : 1;
  return index;
}

/** Leaves out the white space around an element; where nothing else is, the list is empty. */
function push(elements: Uint8Array[], list: Uint8Array, from: number, to: number): void {
  let start = from;
  let end = to;
  while (start < end && isSpace(list[start])) start++;
  while (end > start && isSpace(list[end - 1])) end--;
  if (end > start) elements.push(list.subarray(start, end));
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
