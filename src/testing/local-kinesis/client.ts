import { type ServiceInputTypes, type ServiceOutputTypes } from '@aws-sdk/client-kinesis';

import { type OperationExecutor, type OperationInput, type OperationOutput } from './engine/operation.js';
import { requestAborted, sdkErrorOf } from './sdk-errors.js';
import { metadataOf } from './sdk-metadata.js';

/** What this client needs of a command of `@aws-sdk/client-kinesis`. */
export interface KinesisCommand<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> {
  readonly input: Input;
  /** Only for the type checker: where a command has the type of its answer. */
  resolveMiddleware(...args: never[]): (...args: never[]) => Promise<{ output: Output }>;
}

export interface SendOptions {
  /** Gives the call up: it rejects with an `AbortError`, as the SDK's client does. */
  readonly abortSignal?: AbortSignal;
}

/**
 * A local Kinesis with the shape of the SDK's `KinesisClient`, without HTTP in between: `send(new PutRecordCommand(…))`
 * answers as the real client would, and throws the SDK's own exception classes. It does not retry.
 */
export class LocalKinesisClient {
  /** @param executor - the engine, or the layer that makes it fail on command */
  constructor(private readonly executor: OperationExecutor) {}

  /**
   * @throws KinesisServiceException, or the subclass the SDK has for the error; an `Error` with code `ECONNRESET` for a
   * connection that was cut; an `AbortError` when the signal aborted
   */
  async send<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: KinesisCommand<Input, Output>,
    { abortSignal }: SendOptions = {},
  ): Promise<Output> {
    if (abortSignal?.aborted) throw requestAborted();
    const operation = command.constructor.name.replace(/Command$/, '');
    try {
      const input = withoutUndefined(command.input as unknown as OperationInput);
      const output = await giveUpWith(abortSignal, this.executor.execute(operation, input, abortSignal));
      const EventStream = output.EventStream as AsyncIterable<OperationOutput> | undefined;
      const events = EventStream && { EventStream: withSdkErrors(EventStream) };
      return {
        $metadata: metadataOf(200),
        ...output,
        ...events,
      } as Output;
    } catch (error) {
      throw abortSignal?.aborted ? requestAborted() : sdkErrorOf(error);
    }
  }

  /** There is nothing to let go of: it is here because the SDK's client has it. */
  destroy(): void {}
}

/** The call may still run, and have its effect: the caller only does not wait for it. */
function giveUpWith<T>(signal: AbortSignal | undefined, call: Promise<T>): Promise<T> {
  if (signal === undefined) return call;
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(requestAborted());
    signal.addEventListener('abort', giveUp, { once: true });
    call.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}

/** Nobody can send `undefined`, but commands are often given it for what is left out. */
function withoutUndefined(input: OperationInput): OperationInput {
  for (const name in input) {
    if (input[name] === undefined) {
      return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
    }
  }
  return input;
}

async function* withSdkErrors(
  events: AsyncIterable<OperationOutput>,
): AsyncGenerator<OperationOutput, void, undefined> {
  try {
    yield* events;
  } catch (error) {
    throw sdkErrorOf(error);
  }
}
