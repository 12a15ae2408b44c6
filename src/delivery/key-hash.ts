const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

/** Spreads keys evenly: FNV-1a over UTF-16 units, as an unsigned 32-bit number. */
export function hashOfKey(key: string): number {
  let hash = OFFSET;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), PRIME);
  return hash >>> 0;
}
