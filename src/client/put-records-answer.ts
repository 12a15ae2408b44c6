import type { PutRecordsOutput } from '@aws-sdk/client-kinesis';

/**
 * Reads the answer to a PutRecords call: its JSON is the SDK's output already, but that emulators write null for what is
 * absent.
 *
 * @returns undefined for JSON that is no such answer
 * @throws SyntaxError for what is no JSON
 */
export function readPutRecordsAnswer(body: Buffer): PutRecordsOutput | undefined {
  const answer = JSON.parse(body.toString()) as PutRecordsOutput;
  return Array.isArray(answer.Records) ? answer : undefined;
}
