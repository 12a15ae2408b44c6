/** A request in the SDK's shape: `Uint8Array` for blobs, `Date` for timestamps. */
export type OperationInput = Record<string, unknown>;

/**
 * An operation's answer, in the shape the SDK gives it: `Uint8Array` for blobs, `Date` for timestamps. The
 * `EventStream` of SubscribeToShard is an `AsyncIterable` of SDK-shaped events.
 */
export type OperationOutput = Record<string, unknown>;

/** What every door of the local Kinesis (in-process, SDK-shaped client, HTTP) goes through. */
export interface OperationExecutor {
  /**
   * Runs one operation.
   *
   * @param operation - e.g. `PutRecords`
   * @param input - the request in the SDK's shape: `Uint8Array` for blobs, `Date` for timestamps. Nothing about it has
   *   been checked: a wrong type is answered with `SerializationException`, a wrong value with `ValidationException` or
   *   the operation's own error.
   * @param signal - aborts when the caller has gone away
   * @throws ServiceError for what the service would answer; ConnectionCut for the fault of that name.
   */
  execute(operation: string, input: OperationInput, signal?: AbortSignal): Promise<OperationOutput>;
}
