import { ControlFlow } from '../delivery/control-flow.js';
import { BatchValidationError } from '../errors.js';
import { completion } from './completion.js';
import type { BoundFilter } from './enhancers.js';
import { type BoundMethod, executionContext } from './handler-parameters.js';
import type { Refusals } from './refusals.js';

/** A handler's exception filters. What one catches counts as handled; nothing is logged here, the engine reports failures. */
export class ExceptionFilters {
  constructor(
    private readonly filters: readonly BoundFilter[],
    private readonly bound: BoundMethod,
    private readonly refusals: Refusals,
  ) {}

  /**
   * @param args - what the filter that is for `error` gets as the handler's arguments
   * @returns what that filter returns
   * @throws `error` when none is for it, or what the filter throws: as the engine is to see it
   */
  async handle(error: unknown, args: readonly unknown[]): Promise<unknown> {
    try {
      const filter = isForEngine(error) ? undefined : this.filters.find((each) => catches(each, error));
      if (!filter) throw error;
      return await completion(filter.func(error, executionContext(args, this.bound)));
    } catch (uncaught) {
      throw this.refusals.resolve(uncaught);
    }
  }
}

/**
 * What a handler throws to steer delivery is no exception to be caught; and of refused records of a batch a filter was asked
 * one by one: whoever caught the sum of them would drop the others, too.
 */
function isForEngine(error: unknown): boolean {
  return error instanceof ControlFlow || error instanceof BatchValidationError;
}

function catches({ exceptionMetatypes }: BoundFilter, error: unknown): boolean {
  return exceptionMetatypes.length === 0 || exceptionMetatypes.some((type) => error instanceof type);
}
