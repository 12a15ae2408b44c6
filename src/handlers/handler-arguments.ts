import type { ArgumentMetadata } from '@nestjs/common';
import { isThenable } from '../runtime/thenable.js';
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
  bind(args: readonly unknown[]): Promise<unknown[] | undefined> | unknown[] | undefined {
    const extracted = this.extract(args);
    const values = this.parameters.map((parameter, i) => this.valueOf(parameter, extracted[i]));
    if (!values.some(isThenable)) return this.inOrder(values);
    return Promise.all(values).then((settled) => this.inOrder(settled));
  }

  /** @param values - one for each of the parameters; a parameter that nothing decorates gets none */
  protected inOrder(values: readonly unknown[]): unknown[] {
    const ordered: unknown[] = [];
    for (const [i, { index }] of this.parameters.entries()) ordered[index] = values[i];
    return ordered;
  }

  /** All of them before any pipe: where a decorator of the app's throws, nobody would wait for the pipes under way. */
  protected extract(args: readonly unknown[]): unknown[] {
    return this.parameters.map(({ extract }) => extract(args));
  }

  /** A promise only where there is something to wait for: each costs, for each record. */
  protected valueOf(parameter: PipedParameter, extracted: unknown): unknown {
    return parameter.through.length === 0 ? extracted : this.pipe(extracted, parameter, parameter.described);
  }

  protected async pipe(
    value: unknown,
    { through }: PipedParameter,
    description: ParameterDescription,
  ): Promise<unknown> {
    try {
      // Nest's consumer is what turns the number in "type" into the text that pipes know.
      return await this.consumer.apply(value, description as unknown as ArgumentMetadata, through);
    } catch (error) {
      this.refusals.note(error, invalid);
      throw error;
    }
  }
}
