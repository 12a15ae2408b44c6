import { type Random } from '../../../runtime/random.js';
import { type OperationInput, type OperationOutput } from '../engine/operation.js';
import { type ServiceError } from '../engine/service-error.js';

type Execute = (input: OperationInput) => Promise<OperationOutput>;

/** The answer's entries, one for each record of the request. */
function entriesOf(output: OperationOutput): unknown[] {
  return output.Records as unknown[];
}

/** Fails the records that `fails` picks, and hands the others on. */
export function withFailedRecords(
  execute: Execute,
  fails: (entry: unknown) => boolean,
  error: ServiceError,
): Execute {
  return async (input) => {
    const records = input.Records as unknown[];
    const failed = records.map(fails);
    const others = records.filter((_, position) => !failed[position]);
    if (others.length === records.length) return execute(input);

    const output: OperationOutput =
      others.length === 0
        ? { FailedRecordCount: 0, Records: [], EncryptionType: 'NONE' }
        : await execute({ ...input, Records: others });
    const answers = entriesOf(output)[Symbol.iterator]();
    const Records = failed.map((isFailed): unknown =>
      isFailed ? { ErrorCode: error.code, ErrorMessage: error.message } : answers.next().value,
    );
    const FailedRecordCount = (output.FailedRecordCount as number) + records.length - others.length;
    return { ...output, FailedRecordCount, Records };
  };
}

/** Stores the records in an order chosen at random, and answers in the order of the request. */
export function withReorderedRecords(execute: Execute, random: Random): Execute {
  return async (input) => {
    const records = input.Records as unknown[];
    const order = shuffled(records.length, random);
    const output = await execute({ ...input, Records: order.map((position) => records[position]) });
    const Records: unknown[] = new Array(records.length);
    for (const [stored, answer] of entriesOf(output).entries()) Records[order[stored] ?? stored] = answer;
    return { ...output, Records };
  };
}

/** The numbers below `count` in an order chosen at random (Fisher and Yates). */
function shuffled(count: number, random: Random): number[] {
  const order = Array.from({ length: count }, (_, position) => position);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random.next() * (last + 1));
    [order[last], order[other]] = [order[other] ?? other, order[last] ?? last];
  }
  return order;
}
