import type { KinesisGateway, PutEntry } from '../../client/kinesis-gateway.js';
import { retryUntil } from '../../client/retry-until.js';
import { findUsable, type StreamTarget } from '../../client/usable-stream.js';
import type { Clock } from '../../runtime/clock.js';
import type { Random } from '../../runtime/random.js';
import type { DeadLetter } from './dead-letter.js';
import { compressDeadLetter, encodeDeadLetter } from './dead-letter-codec.js';
import type { DeadLetterSink } from './dead-letter-sink.js';
import { DeadLetterSinkError } from './letter-errors.js';
import { putUntilStored } from './put-until-stored.js';
import { requestsOf } from './put-requests.js';

/**
 * How long `send` tries again what may mend, in milliseconds, before it rejects: who called it reports that, and calls
 * again.
 */
const RETRY_TIME = 10_000;

export interface KinesisDeadLetterSinkOptions {
  gateway: KinesisGateway;
  clock: Clock;
  random: Random;
  /** Where letters go. */
  stream: StreamTarget;
  /** Names, in the module's options, that lead to that very stream: letters of its own records would never end. */
  refusedStreams: ReadonlySet<string>;
}

/**
 * Dead letters in a stream of the module, under the partition key of their records: the letters of a key keep their
 * order. Each is a Kinesis record of JSON, or where that is too large for the stream, of gzip of it.
 */
export class KinesisDeadLetterSink implements DeadLetterSink {
  readonly name: string;
  /** Bytes of data and partition key that a record may have; undefined until the stream was asked. */
  private maxRecordBytes: number | undefined;

  constructor(private readonly options: KinesisDeadLetterSinkOptions) {
    this.name = `stream ${options.stream.name}`;
  }

  async send(letters: readonly DeadLetter[], signal: AbortSignal): Promise<void> {
    const entries: PutEntry[] = [];
    for (const letter of letters) entries.push(await this.entryOf(letter, signal));
    for (const request of requestsOf(entries)) {
      await this.retried(signal, putUntilStored(this.options, request, signal));
    }
  }

  private async entryOf(letter: DeadLetter, signal: AbortSignal): Promise<PutEntry> {
    const { partitionKey } = letter;
    if (this.options.refusedStreams.has(letter.stream)) throw this.ownLetter();
    const plain = Buffer.from(encodeDeadLetter(letter));
    const keyBytes = Buffer.byteLength(partitionKey);
    this.maxRecordBytes ??= await this.askRecordSize(signal);
    if (plain.length + keyBytes <= this.maxRecordBytes) return { data: plain, partitionKey };
    const data = compressDeadLetter(plain.toString());
    const size = data.length + keyBytes;
    if (size > this.maxRecordBytes) await this.refuseLarger(size, letter, signal);
    return { data, partitionKey };
  }

  /** The stream's limit may have been raised since it was asked. */
  private async refuseLarger(size: number, { id }: DeadLetter, signal: AbortSignal): Promise<void> {
    this.maxRecordBytes = await this.askRecordSize(signal);
    if (size <= this.maxRecordBytes) return;
    throw new DeadLetterSinkError(
      this.name,
      `the letter of record ${id} has ${size} bytes, compressed and with its partition key; the stream takes ` +
        `${this.maxRecordBytes}. Raise its MaxRecordSizeInKiB (UpdateMaxRecordSize, up to 10240).`,
    );
  }

  private async askRecordSize(signal: AbortSignal): Promise<number> {
    const { stream, gateway } = this.options;
    const { maxRecordBytes } = await this.retried(signal, () => findUsable(stream, gateway, signal));
    return maxRecordBytes;
  }

  private ownLetter(): DeadLetterSinkError {
    return new DeadLetterSinkError(
      this.name,
      'a record of the stream for dead letters could not be handled itself, and its letter would come back to it. ' +
        'Give its handler another policy than "dead-letter".',
    );
  }

  private retried<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    const { clock, random } = this.options;
    return retryUntil({ clock, random, signal, deadline: clock.now() + RETRY_TIME }, call);
  }
}
