import {
  type ChangeMessageVisibilityBatchCommandInput,
  type DeleteMessageBatchCommandInput,
  type Message,
  type ReceiveMessageCommandInput,
  type SendMessageBatchCommandInput,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** AWS limits, as the SDK's own documentation of SendMessageBatch has them. */
const MAX_MESSAGES = 10;
const MAX_BYTES = 1_048_576;

interface QueuedMessage {
  readonly body: string;
  readonly group: string | undefined;
  readonly sentTimestamp: number;
  /** Present while somebody has received it. */
  receipt: string | undefined;
}

export interface SqsCall {
  readonly command: string;
  readonly entries: number;
}

/** A queue that behaves as SQS does towards those who send, receive, delete and give back, without the network. */
export class SqsQueue {
  readonly calls: SqsCall[] = [];
  messages: QueuedMessage[] = [];
  /** Asked before each call; what it throws, the client throws. */
  beforeCall: (command: string) => void = () => undefined;
  /** What becomes of each message that is sent; undefined: it is stored. */
  refuse: (body: string) => { Code: string; SenderFault: boolean } | undefined = () => undefined;
  /** When messages are sent, in milliseconds since the Unix epoch. */
  sentTimestamp = 0;
  private receipts = 0;

  get bodies(): string[] {
    return this.messages.map(({ body }) => body);
  }

  /** Messages that nobody holds. */
  get visible(): number {
    return this.messages.filter(({ receipt }) => receipt === undefined).length;
  }

  client(): Pick<SQSClient, 'send'> {
    const send = async (
      { constructor, input }: { constructor: { name: string }; input: object },
      options?: { abortSignal?: AbortSignal },
    ): Promise<unknown> => {
      options?.abortSignal?.throwIfAborted();
      const command = constructor.name.replace('Command', '');
      const { Entries = [] } = input as { Entries?: unknown[] };
      this.calls.push({ command, entries: Entries.length });
      this.beforeCall(command);
      return this.answer(command, input);
    };
    return { send } as unknown as Pick<SQSClient, 'send'>;
  }

  private answer(command: string, input: object): unknown {
    switch (command) {
      case 'SendMessageBatch':
        return this.store(input as SendMessageBatchCommandInput);
      case 'ReceiveMessage':
        return { Messages: this.receive(input as ReceiveMessageCommandInput) };
      case 'DeleteMessageBatch':
        return this.delete(input as DeleteMessageBatchCommandInput);
      case 'ChangeMessageVisibilityBatch':
        return this.release(input as ChangeMessageVisibilityBatchCommandInput);
      default:
        throw new Error(`SQS here has no ${command}`);
    }
  }

  private store({ Entries = [] }: SendMessageBatchCommandInput): object {
    if (Entries.length > MAX_MESSAGES) throw clientFault('TooManyEntriesInBatchRequest');
    const bytes = Entries.reduce((sum, { MessageBody = '' }) => sum + Buffer.byteLength(MessageBody), 0);
    if (bytes > MAX_BYTES) throw clientFault('BatchRequestTooLong');
    const Successful: object[] = [];
    const Failed: object[] = [];
    for (const { Id, MessageBody: body = '', MessageGroupId: group } of Entries) {
      const refusal = this.refuse(body);
      if (refusal) Failed.push({ Id, ...refusal });
      else {
        this.messages.push({ body, group, sentTimestamp: this.sentTimestamp, receipt: undefined });
        Successful.push({ Id });
      }
    }
    return { Successful, Failed };
  }

  private receive({ MaxNumberOfMessages = 1 }: ReceiveMessageCommandInput): Message[] {
    const free = this.messages.filter(({ receipt }) => receipt === undefined);
    return free.slice(0, MaxNumberOfMessages).map((message) => {
      message.receipt = `receipt ${++this.receipts}`;
      return {
        Body: message.body,
        ReceiptHandle: message.receipt,
        MessageId: message.receipt,
        Attributes: { SentTimestamp: String(message.sentTimestamp) },
      };
    });
  }

  private delete({ Entries = [] }: DeleteMessageBatchCommandInput): object {
    const handles = Entries.map(({ ReceiptHandle }) => ReceiptHandle);
    this.messages = this.messages.filter(({ receipt }) => !receipt || !handles.includes(receipt));
    return { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] };
  }

  private release({ Entries = [] }: ChangeMessageVisibilityBatchCommandInput): object {
    for (const { ReceiptHandle } of Entries) {
      for (const message of this.messages) {
        if (message.receipt === ReceiptHandle) message.receipt = undefined;
      }
    }
    return { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] };
  }
}

/** An error as the SDK throws it for a request that the service refuses. */
export function clientFault(name: string): Error {
  return Object.assign(new Error('it quotes the request'), {
    name,
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
  });
}
