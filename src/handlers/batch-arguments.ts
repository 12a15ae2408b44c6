import type { ReceivedRecord } from '../delivery/received-record.js';
import { BatchValidationError, type KinesisError } from '../errors.js';
import type { PipedParameter } from './enhancers.js';
import type { ExceptionFilters } from './exception-filters.js';
import { HandlerArguments } from './handler-arguments.js';
import type { Refusals } from './refusals.js';

/** Records that a pipe refused, each with what the pipe threw. */
type Refused = Map<ReceivedRecord, unknown>;

/**
 * The arguments of a batch handler: pipes see the payload of one record at a time, and filters are asked about each record
 * that a pipe refuses. A record whose filter catches that is handled, and left out; the others, if there are any, fail by
 * themselves before the method is called.
 */
export class BatchArguments extends HandlerArguments {
  constructor(
    parameters: readonly PipedParameter[],
    refusals: Refusals,
    private readonly filters: ExceptionFilters,
  ) {
    super(parameters, refusals);
  }

  /** @throws BatchValidationError that names the records which failed */
  override async bind(args: readonly unknown[]): Promise<unknown[] | undefined> {
    const [records, context] = args as [readonly ReceivedRecord[], unknown];
    const refused: Refused = new Map();
    const extracted = this.extract(args);
    const values = await Promise.all(
      this.parameters.map((parameter, i) =>
        parameter.source === 'payload'
          ? this.pipeRecords(parameter, records, refused)
          : this.valueOf(parameter, extracted[i]),
      ),
    );
    if (refused.size === 0) return this.inOrder(values);
    const failures = await this.settle(refused, context);
    if (failures.size > 0) throw new BatchValidationError(failures);
    if (refused.size === records.length) return undefined;
    const isLeft = (_record: unknown, i: number): boolean => !refused.has(records[i] as ReceivedRecord);
    return this.inOrder(
      this.parameters.map(({ source }, i) =>
        source === 'payload' ? (values[i] as ReceivedRecord[]).filter(isLeft) : values[i],
      ),
    );
  }

  /** One after the other: a pipe that asks a database must not ask it for all of a batch at once. */
  private async pipeRecords(
    parameter: PipedParameter,
    records: readonly ReceivedRecord[],
    refused: Refused,
  ): Promise<readonly ReceivedRecord[]> {
    if (parameter.through.length === 0) return records;
    // The parameter's type is the array's; what the elements are, the language does not tell.
    const description = { ...parameter.described, metatype: undefined };
    const piped: ReceivedRecord[] = [];
    for (const record of records) {
      try {
        piped.push(record.withPayload(await this.pipe(record.payload, parameter, description)));
      } catch (error) {
        if (!this.refusals.verdictOf(error)) throw error;
        refused.set(record, error);
        piped.push(record);
      }
    }
    return piped;
  }

  /** Asks the filters about each refused record; those that none caught are the failures, by id. */
  private async settle(refused: Refused, context: unknown): Promise<Map<string, KinesisError>> {
    const failures = new Map<string, KinesisError>();
    for (const [record, error] of refused) {
      try {
        await this.filters.handle(error, [[record], context]);
      } catch (uncaught) {
        const verdict = this.refusals.verdictOf(uncaught);
        if (!verdict) throw uncaught;
        failures.set(record.id, verdict);
      }
    }
    return failures;
  }
}
