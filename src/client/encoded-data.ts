/** The data of an entry where they are in the body of a request, as base64. */
export class EncodedData {
  /**
   * @param body - kept as long as this is
   * @param start - of the base64 in it
   * @param end - behind its last character
   */
  constructor(
    private readonly body: Buffer,
    private readonly start: number,
    private readonly end: number,
  ) {}

  /** The data, in memory of their own. */
  decode(): Buffer {
    return Buffer.from(this.body.toString('latin1', this.start, this.end), 'base64');
  }
}
