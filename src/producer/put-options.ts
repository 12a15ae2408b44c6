/** How one record is put. */
export interface PutOptions {
  /**
   * Decides the shard, and with `ordering: 'partition-key'` which records keep their order: 1 to 256 bytes of UTF-8
   * (AWS limit).
   *
   * @defaultValue a random key
   */
  partitionKey?: string;
  /**
   * The 128-bit hash key as a decimal number, instead of the partition key's MD5 (AWS: `ExplicitHashKey`).
   *
   * @defaultValue none
   */
  explicitHashKey?: string;
  /**
   * Ends the wait for room in the queue: the call then rejects with the signal's reason, and nothing is sent. A
   * record that is queued is sent all the same.
   *
   * @defaultValue none
   */
  signal?: AbortSignal;
}

/** What gives each of many values its keys. */
export type PutOptionsOf<T> = (item: T, index: number) => PutOptions;
