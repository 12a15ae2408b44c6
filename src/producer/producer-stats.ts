/** What a stream's producer has done and has to do: a snapshot. */
export interface ProducerStats {
  /** User records that wait for their outcome. */
  readonly queuedRecords: number;
  /** Their bytes: data and partition keys. */
  readonly queuedBytes: number;
  /** PutRecords calls under way. */
  readonly requestsInFlight: number;
  /** PutRecords calls made. */
  readonly requests: number;
  /** User records acknowledged. */
  readonly acknowledged: number;
  /** User records that failed for good. */
  readonly failed: number;
  /** Kinesis records acknowledged. */
  readonly kinesisRecords: number;
  /** User records for each Kinesis record that was acknowledged; 0 before the first. */
  readonly aggregationRatio: number;
  /** Kinesis records that the service refused for a shard's rate. */
  readonly throttled: number;
  /** Kinesis records sent again, for whatever reason. */
  readonly retried: number;
  /**
   * Kinesis records sent again that may have been stored the first time, too: their reply was lost, the service failed,
   * or a reshard had put them where a KCL would not read them.
   */
  readonly possibleDuplicates: number;
}

/** Counts for {@link ProducerStats}. */
export class ProducerCounters {
  requestsInFlight = 0;
  requests = 0;
  acknowledged = 0;
  failed = 0;
  kinesisRecords = 0;
  throttled = 0;
  retried = 0;
  possibleDuplicates = 0;

  snapshot(queuedRecords: number, queuedBytes: number): ProducerStats {
    const { requestsInFlight, requests, acknowledged, failed, kinesisRecords } = this;
    const { throttled, retried, possibleDuplicates } = this;
    return {
      queuedRecords,
      queuedBytes,
      requestsInFlight,
      requests,
      acknowledged,
      failed,
      kinesisRecords,
      aggregationRatio: kinesisRecords === 0 ? 0 : acknowledged / kinesisRecords,
      throttled,
      retried,
      possibleDuplicates,
    };
  }
}
