import { findUsable } from '../../client/usable-stream.js';
import { requestsOf } from '../../delivery/dead-letters/put-requests.js';
import { putUntilStored } from '../../delivery/dead-letters/put-until-stored.js';
import { RecordTooLargeError } from '../../errors.js';
import { TokenBucket } from '../../runtime/token-bucket.js';
import type { Frame } from './framing.js';
import { type KinesisConnection, streamRef } from './kinesis-connection.js';
import type { FoundLetter } from './letter-source.js';

/** AWS limit: records of a PutRecords call. */
const MAX_RECORDS = 500;

/** Puts records into streams as they were, those of a partition key one after the other. */
export class PutBack {
  private readonly pace: TokenBucket;
  private readonly maxRecords: number;
  private readonly recordBytes = new Map<string, number>();

  /** @param rate - records per second at most */
  constructor(
    private readonly connection: KinesisConnection,
    private readonly frame: Frame,
    rate: number,
  ) {
    this.pace = new TokenBucket(connection.clock, rate, 1);
    this.maxRecords = Math.min(MAX_RECORDS, Math.max(1, Math.floor(rate)));
  }

  /** Gives back the letters of each call once they are stored. */
  async *put(
    target: string,
    letters: readonly FoundLetter[],
    signal: AbortSignal,
  ): AsyncGenerator<FoundLetter[]> {
    const { connection, pace } = this;
    const stream = streamRef(target);
    const maxBytes = await this.recordBytesOf(target, signal);
    const entries = letters.map((found) => ({ ...this.frame(found.letter), found }));
    for (const { data, partitionKey } of entries) {
      const size = data.byteLength + Buffer.byteLength(partitionKey);
      if (size > maxBytes) throw new RecordTooLargeError(stream.name, size, maxBytes);
    }
    for (const request of requestsOf(entries, this.maxRecords)) {
      await connection.clock.sleep(pace.delayUntil(1), signal);
      pace.take(request.length);
      const records = request.map(({ found: _found, ...entry }) => entry);
      const { gateway } = connection;
      // A call under way is not cut off: whether it took effect would not be known, and its records come twice.
      await connection.retried(
        signal,
        putUntilStored({ gateway, stream }, records, new AbortController().signal),
      );
      yield request.map(({ found }) => found);
    }
  }

  private async recordBytesOf(target: string, signal: AbortSignal): Promise<number> {
    const known = this.recordBytes.get(target);
    if (known !== undefined) return known;
    const { connection } = this;
    const { maxRecordBytes } = await connection.retried(signal, () =>
      findUsable(streamRef(target), connection.gateway, signal),
    );
    this.recordBytes.set(target, maxRecordBytes);
    return maxRecordBytes;
  }
}
