import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { createSqsClient } from '../../../delivery/dead-letters/sqs/create-sqs-client.js';
import { UsageError } from '../../command.js';
import type { FoundLetter, LetterBatch, LetterSource } from '../letter-source.js';
import { LettersRead } from '../letters-read.js';
import type { OpenSource } from '../sources.js';

/** AWS limit: messages of one call. */
const CALL_SIZE = 10;

/** Seconds for which messages are ours; what is neither put back nor given back is in the queue again after that. */
const VISIBILITY_TIMEOUT = 900;

/** Seconds that a queue is given to show a message more: with less than one, servers that have some may not be asked. */
const WAIT = 2;

/** What is asked of SQS; an `SQSClient` has it. */
export type SqsMessages = Pick<SQSClient, 'send' | 'destroy'>;

/** What a queue shows of a message. */
type Received = Pick<Message, 'Body' | 'MessageId' | 'ReceiptHandle' | 'Attributes'>;

export const openSqs: OpenSource = async (url, _options, connection) => {
  if (!URL.canParse(url)) throw new UsageError(`--from sqs: needs the URL of a queue, not "${url}"`);
  return new SqsSource(url, createSqsClient(url), connection.clock.wallTime());
};

/** Messages are held until the end: those that were not put back are then given back. */
export class SqsSource implements LetterSource {
  readonly label: string;
  private readonly held = new Set<string>();

  /** @param until - what was sent later is left: a record that fails again would come back for ever. In wall time. */
  constructor(
    private readonly queueUrl: string,
    private readonly client: SqsMessages,
    private readonly until: number,
  ) {
    this.label = `queue ${new URL(queueUrl).pathname.split('/').at(-1)}`;
  }

  async *batches(signal: AbortSignal): AsyncGenerator<LetterBatch> {
    for (;;) {
      const messages = await this.receive(signal);
      for (const { ReceiptHandle = '' } of messages) this.held.add(ReceiptHandle);
      const due = messages.filter(({ Attributes }) => Number(Attributes?.SentTimestamp ?? 0) <= this.until);
      if (due.length === 0) return;
      const batch = new LettersRead();
      for (const { Body = '', MessageId, ReceiptHandle } of due) {
        batch.add(Body, `message ${MessageId}`, ReceiptHandle);
      }
      yield batch;
    }
  }

  async done(letters: readonly FoundLetter[]): Promise<void> {
    const receipts = letters.flatMap(({ receipt }) => receipt ?? []);
    for (const call of callsOf(receipts)) {
      const Entries = call.map((ReceiptHandle, i) => ({ Id: String(i), ReceiptHandle }));
      const command = new DeleteMessageBatchCommand({ QueueUrl: this.queueUrl, Entries });
      const { Failed = [] } = await this.client.send(command);
      const [failed] = Failed;
      if (failed) {
        throw new Error(
          `${this.label}: ${Failed.length} letters were put back, but cannot be deleted (${failed.Code}): ` +
            'they will come again',
        );
      }
      for (const receipt of call) this.held.delete(receipt);
    }
  }

  async close(): Promise<void> {
    try {
      for (const call of callsOf([...this.held])) {
        const Entries = call.map((ReceiptHandle, i) => ({
          Id: String(i),
          ReceiptHandle,
          VisibilityTimeout: 0,
        }));
        const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.queueUrl, Entries });
        // What cannot be given back is in the queue again after its timeout.
        await this.client.send(command).catch(() => undefined);
      }
    } finally {
      this.client.destroy();
    }
  }

  private async receive(signal: AbortSignal): Promise<readonly Received[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.queueUrl,
      MaxNumberOfMessages: CALL_SIZE,
      VisibilityTimeout: VISIBILITY_TIMEOUT,
      WaitTimeSeconds: WAIT,
      MessageSystemAttributeNames: ['SentTimestamp'],
    });
    const { Messages = [] } = await this.client.send(command, { abortSignal: signal });
    return Messages;
  }
}

function* callsOf(receipts: readonly string[]): Generator<string[]> {
  for (let start = 0; start < receipts.length; start += CALL_SIZE) {
    yield receipts.slice(start, start + CALL_SIZE);
  }
}
