/** What `send` resolves with: where the record is now. */
export interface PutReceipt {
  readonly shardId: string;
  readonly sequenceNumber: string;
  /** Its index among the user records of its Kinesis record; absent when it is the only one. */
  readonly subSequenceNumber?: number;
}
