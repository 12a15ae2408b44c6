/** A PutRecords call that came back. */
export interface PutFlush {
  /** The stream's name in the module's options. */
  readonly stream: string;
  /** Kinesis records in the call. */
  readonly records: number;
}
