import { createHash } from 'node:crypto';
import {
  type BatchResultErrorEntry,
  SendMessageBatchCommand,
  type SendMessageBatchCommandOutput,
  type SendMessageBatchRequestEntry,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import { retryUntil } from '../../../client/retry-until.js';
import { KinesisConfigurationError } from '../../../errors.js';
import type { Clock } from '../../../runtime/clock.js';
import type { Random } from '../../../runtime/random.js';
import { SystemClock } from '../../../runtime/system-clock.js';
import { SystemRandom } from '../../../runtime/system-random.js';
import type { DeadLetter } from '../dead-letter.js';
import { compressDeadLetter, encodeDeadLetter } from '../dead-letter-codec.js';
import type { DeadLetterSink } from '../dead-letter-sink.js';
import { DeadLetterSinkError } from '../letter-errors.js';
import { createSqsClient } from './create-sqs-client.js';
import { batchesOf } from './message-batches.js';

/** AWS limit: bytes of a message; 262 144 until August 2025, and still in queues whose MaximumMessageSize says so. */
const MAX_MESSAGE_BYTES = 1_048_576;

/** How long `send` tries again what may mend, in milliseconds, before it rejects. */
const RETRY_TIME = 10_000;

interface SdkError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** What the sink asks of SQS; an `SQSClient` has it. */
export interface SqsSender {
  send(
    command: SendMessageBatchCommand,
    options: { abortSignal: AbortSignal },
  ): Promise<Pick<SendMessageBatchCommandOutput, 'Failed' | 'Successful'>>;
}

/** Options of {@link SqsDeadLetterSink}. */
export interface SqsDeadLetterSinkOptions {
  /** The queue's URL. One that ends in `.fifo` keeps the letters of a partition key in order. */
  queueUrl: string;

  /**
   * A ready-made `SQSClient`, which stays yours to destroy; or the configuration of one.
   *
   * @defaultValue `{}`: the region of the URL, and credentials from the environment, as the SDK finds them
   */
  client?: SqsSender | SQSClientConfig;

  /**
   * What logs and errors call the sink.
   *
   * @defaultValue `'queue'` and the queue's name
   */
  name?: string;

  /** For tests. */
  clock?: Clock;

  /** For tests. */
  random?: Random;
}

/**
 * Dead letters in an SQS queue: JSON, or where that is larger than a message may be, gzip of it in base64. The queue
 * forgets them after its retention: 4 days unless told otherwise, 14 at most (AWS limit).
 */
export class SqsDeadLetterSink implements DeadLetterSink {
  readonly name: string;
  private readonly client: SqsSender;
  private readonly destroyClient: () => void;
  private readonly clock: Clock;
  private readonly random: Random;

  /** @throws KinesisConfigurationError without the URL of a queue */
  constructor(private readonly options: SqsDeadLetterSinkOptions) {
    const { queueUrl, client = {}, clock = new SystemClock(), random = new SystemRandom() } = options;
    if (typeof queueUrl !== 'string' || !URL.canParse(queueUrl)) {
      throw new KinesisConfigurationError(
        'SqsDeadLetterSink: option "queueUrl" is required: the URL of a queue, such as ' +
          'https://sqs.eu-west-1.amazonaws.com/123456789012/dead-orders.',
      );
    }
    this.name = options.name ?? `queue ${new URL(queueUrl).pathname.split('/').at(-1)}`;
    this.clock = clock;
    this.random = random;
    if ('send' in client) {
      this.client = client;
      this.destroyClient = () => undefined;
    } else {
      const own = createSqsClient(queueUrl, client);
      this.client = own;
      this.destroyClient = () => own.destroy();
    }
  }

  async send(letters: readonly DeadLetter[], signal: AbortSignal): Promise<void> {
    const entries = letters.map((letter, i) => this.entryOf(letter, String(i)));
    for (const batch of batchesOf(entries, MAX_MESSAGE_BYTES)) await this.store(batch, signal);
  }

  async close(): Promise<void> {
    this.destroyClient();
  }

  private entryOf(letter: DeadLetter, entryId: string): SendMessageBatchRequestEntry {
    const entry = { Id: entryId, MessageBody: this.bodyOf(letter) };
    if (!this.options.queueUrl.endsWith('.fifo')) return entry;
    const { application, handler, id, stream, partitionKey } = letter;
    return {
      ...entry,
      MessageGroupId: digest(stream, partitionKey),
      MessageDeduplicationId: digest(application, handler, id),
    };
  }

  private bodyOf(letter: DeadLetter): string {
    const plain = encodeDeadLetter(letter);
    if (Buffer.byteLength(plain) <= MAX_MESSAGE_BYTES) return plain;
    const packed = compressDeadLetter(plain).toString('base64');
    if (packed.length <= MAX_MESSAGE_BYTES) return packed;
    throw new DeadLetterSinkError(
      this.name,
      `the letter of record ${letter.id} has ${packed.length} bytes, compressed and in base64; a message may have ` +
        `${MAX_MESSAGE_BYTES}. Records as large as that need a Kinesis stream or a file for their dead letters.`,
    );
  }

  /** Sends messages until each is stored. Those of a call that failed as a whole may be stored twice. */
  private async store(batch: readonly SendMessageBatchRequestEntry[], signal: AbortSignal): Promise<void> {
    const { clock, random } = this;
    let missing = batch;
    await retryUntil({ clock, random, signal, deadline: clock.now() + RETRY_TIME }, async () => {
      const { Failed = [], Successful = [] } = await this.call(missing, signal);
      const stored = new Set(Successful.map(({ Id }) => Id));
      missing = missing.filter(({ Id }) => !stored.has(Id));
      if (missing.length > 0) throw this.refusal(missing.length, Failed);
    });
  }

  private async call(
    batch: readonly SendMessageBatchRequestEntry[],
    signal: AbortSignal,
  ): Promise<Pick<SendMessageBatchCommandOutput, 'Failed' | 'Successful'>> {
    const command = new SendMessageBatchCommand({ QueueUrl: this.options.queueUrl, Entries: [...batch] });
    try {
      return await this.client.send(command, { abortSignal: signal });
    } catch (cause) {
      signal.throwIfAborted();
      throw this.callFailure(cause as SdkError);
    }
  }

  private callFailure(cause: SdkError): DeadLetterSinkError {
    const { name, message, $metadata } = cause;
    const status = $metadata?.httpStatusCode;
    const isTheirs = status === undefined || status >= 500 || /throttl/i.test(name);
    // What the service says of a request it refuses may quote the request.
    const detail = isTheirs ? `: ${message}` : '';
    return new DeadLetterSinkError(this.name, `SendMessageBatch failed (${name})${detail}`, {
      cause,
      retryable: isTheirs,
    });
  }

  private refusal(count: number, failed: readonly BatchResultErrorEntry[]): DeadLetterSinkError {
    const ours = failed.find(({ SenderFault }) => SenderFault === true);
    const code = (ours ?? failed[0])?.Code ?? 'no result';
    const advice = ours
      ? ` It will not take them later either: look at the queue's MaximumMessageSize, policy and encryption key.`
      : '';
    return new DeadLetterSinkError(this.name, `SQS refused ${count} letters: ${code}.${advice}`, {
      retryable: ours === undefined,
    });
  }
}

/** At most 128 characters are allowed, and not all that keys may have (AWS limits). */
function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
