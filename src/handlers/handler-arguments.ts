import type { ArgumentMetadata } from '@nestjs/common';
import type { PipedParameter } from './enhancers.js';
import type { ParameterDescription } from './handler-parameters.js';
import { PipesConsumer } from './nest-internals.js';
import { invalid, type Refusals } from './refusals.js';

/** Makes of what the engine hands over the arguments of a method: each parameter's value, through its pipes. */
export class HandlerArguments {
  private readonly consumer = new PipesConsumer();

  constructor(
    protected readonly parameters: readonly PipedParameter[],
    protected readonly refusals: Refusals,
  ) {}

  /**
   * @param args - payload and context
   * @returns `undefined` when nothing is left that the method must be called for
   */
  async bind(args: readonly unknown[]): Promise<unknown[] | undefined> {
    const values = await Promise.all(this.parameters.map((parameter) => this.valueOf(parameter, args)));
    return this.inOrder(values);
  }

  /** @param values - one for each of the parameters; a parameter that nothing decorates gets none */
  protected inOrder(values: readonly unknown[]): unknown[] {
    const ordered: unknown[] = [];
    for (const [i, { index }] of this.parameters.entries()) ordered[index] = values[i];
    return ordered;
  }

  protected async valueOf(parameter: PipedParameter, args: readonly unknown[]): Promise<unknown> {
    return this.pipe(parameter.extract(args), parameter, parameter.described);
  }

  protected async pipe(
    value: unknown,
    { through }: PipedParameter,
    description: ParameterDescription,
  ): Promise<unknown> {
    if (through.length === 0) return value;
    try {
      // Nest's consumer is what turns the number in "type" into the text that pipes know.
      return await this.consumer.apply(value, description as unknown as ArgumentMetadata, through);
    } catch (error) {
      this.refusals.note(error, invalid);
      throw error;
    }
  }
}
