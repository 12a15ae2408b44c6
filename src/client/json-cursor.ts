/** Bytes that mean something in JSON. */
export const BYTE = {
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openBracket: 0x5b,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

const SPACES: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0a, 0x0d]);
const [ZERO, NINE, DOT, PLUS, MINUS, UPPER_E, LOWER_E] = [0x30, 0x39, 0x2e, 0x2b, 0x2d, 0x45, 0x65];
const NULL = Buffer.from('null');

/** Calling for a byte to be found costs as much as looking at so many. */
const NEAR = 64;

/** The JSON is not what was expected. It is thrown to be caught: what it says where is of no interest. */
export const UNEXPECTED = new Error('unexpected JSON');

/**
 * Goes through JSON without making anything of it. The JSON must be ASCII without escapes, so that a text ends at the next
 * quote. Every method throws {@link UNEXPECTED} for what it does not know.
 */
export class JsonCursor {
  /** Where the text or number lies that was passed last. */
  start = 0;
  /** Behind its last byte. */
  end = 0;

  constructor(
    private readonly body: Buffer,
    public position: number,
  ) {}

  /** Passes one byte, and the space before it. */
  expect(byte: number): void {
    if (!this.accept(byte)) throw UNEXPECTED;
  }

  /** The same if it is there. Returns whether it is. */
  accept(byte: number): boolean {
    if (this.next() !== byte) return false;
    this.position++;
    return true;
  }

  /** The byte that comes next, behind space. */
  next(): number | undefined {
    let byte = this.body[this.position];
    // Everything that is not space is above it.
    while (byte !== undefined && byte <= 0x20) {
      if (!SPACES.has(byte)) throw UNEXPECTED;
      byte = this.body[++this.position];
    }
    return byte;
  }

  /** Passes a key and the colon behind it, if this is the one. @param key - with its quotes */
  acceptKey(key: Uint8Array): boolean {
    if (!this.acceptBytes(key)) return false;
    this.expect(BYTE.colon);
    return true;
  }

  /** Passes a text: `start` and `end` are those of what is between its quotes. */
  passText(): void {
    this.expect(BYTE.quote);
    const { body, position } = this;
    const near = Math.min(position + NEAR, body.length);
    let end = position;
    while (end < near && body[end] !== BYTE.quote) end++;
    this.passTextTo(end < near ? end : body.indexOf(BYTE.quote, near));
  }

  /** The same for one that is long. */
  passLongText(): void {
    this.expect(BYTE.quote);
    this.passTextTo(this.body.indexOf(BYTE.quote, this.position));
  }

  passNumber(): void {
    this.next();
    this.start = this.position;
    this.passByte(MINUS);
    this.passDigits();
    if (this.passByte(DOT)) this.passDigits();
    if (this.passByte(LOWER_E) || this.passByte(UPPER_E)) {
      if (!this.passByte(PLUS)) this.passByte(MINUS);
      this.passDigits();
    }
    this.end = this.position;
  }

  /** Passes a key, its colon and its value: a text, a number or null. */
  skipMember(): void {
    this.passText();
    this.expect(BYTE.colon);
    if (this.next() === BYTE.quote) this.passText();
    else if (!this.acceptBytes(NULL)) this.passNumber();
  }

  private passTextTo(end: number): void {
    if (end < 0) throw UNEXPECTED;
    this.start = this.position;
    this.end = end;
    this.position = end + 1;
  }

  private acceptBytes(bytes: Uint8Array): boolean {
    const { body, position } = this;
    for (let i = 0; i < bytes.length; i++) if (body[position + i] !== bytes[i]) return false;
    this.position += bytes.length;
    return true;
  }

  private passByte(byte: number): boolean {
    if (this.body[this.position] !== byte) return false;
    this.position++;
    return true;
  }

  private passDigits(): void {
    const { body, position } = this;
    let end = position;
    for (let byte = body[end] ?? 0; byte >= ZERO && byte <= NINE; byte = body[end] ?? 0) end++;
    if (end === position) throw UNEXPECTED;
    this.position = end;
  }
}
