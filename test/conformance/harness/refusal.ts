import { KinesisServiceException } from '@aws-sdk/client-kinesis';

const THROTTLING = new Set([
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
]);

/** Whether an error says that the caller was too fast. */
export function isThrottling(error: unknown): boolean {
  return error instanceof KinesisServiceException && THROTTLING.has(error.name);
}

/** The error a call is refused with. */
export async function refusal(call: Promise<unknown>): Promise<KinesisServiceException> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome === undefined) throw new Error('the call was accepted');
  expect(outcome).toBeInstanceOf(KinesisServiceException);
  return outcome as KinesisServiceException;
}

/** The name of the error a call is refused with. */
export async function refusalName(call: Promise<unknown>): Promise<string> {
  return (await refusal(call)).name;
}
