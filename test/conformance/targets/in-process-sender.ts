import * as sdk from '@aws-sdk/client-kinesis';
import { type OperationExecutor } from '../../../src/testing/local-kinesis/engine/operation.js';
import { ServiceError } from '../../../src/testing/local-kinesis/engine/service-error.js';
import { type KinesisSender } from '../harness/target.js';

/** The SDK client's `send()` over an executor: no bytes on any wire, but the SDK's commands, answers and exceptions. */
export function inProcessSender(executor: OperationExecutor): KinesisSender {
  return {
    async send<Input extends sdk.ServiceInputTypes, Output extends sdk.ServiceOutputTypes>(
      command: Parameters<typeof operationOf>[0] & { readonly input: Input },
    ): Promise<Output> {
      try {
        const output = await executor.execute(operationOf(command), { ...command.input });
        const events = output.EventStream as AsyncIterable<unknown> | undefined;
        if (events !== undefined) output.EventStream = withExceptions(events);
        return { ...output, $metadata: { httpStatusCode: 200, requestId: crypto.randomUUID() } } as Output;
      } catch (error) {
        throw exceptionOf(error);
      }
    },
  };
}

function operationOf(command: object): string {
  return command.constructor.name.replace(/Command$/, '');
}

async function* withExceptions(events: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  try {
    yield* events;
  } catch (error) {
    throw exceptionOf(error);
  }
}

function exceptionOf(error: unknown): unknown {
  if (!(error instanceof ServiceError)) return error;
  const { code, message, statusCode } = error;
  const $metadata = { httpStatusCode: statusCode, requestId: crypto.randomUUID() };
  const type: unknown = (sdk as Record<string, unknown>)[code];
  if (typeof type === 'function') {
    const Typed = type as new (options: {
      message: string;
      $metadata: object;
    }) => sdk.KinesisServiceException;
    return new Typed({ message, $metadata });
  }
  const $fault = statusCode < 500 ? 'client' : 'server';
  return new sdk.KinesisServiceException({ name: code, message, $fault, $metadata });
}
