import { ForbiddenException } from '@nestjs/common';
import type { HandlerContext } from '../delivery/handler.js';
import { BatchArguments } from './batch-arguments.js';
import { completion } from './completion.js';
import type { Enhancers } from './enhancers.js';
import { ExceptionFilters } from './exception-filters.js';
import { HandlerArguments } from './handler-arguments.js';
import type { BoundMethod } from './handler-parameters.js';
import { KINESIS_CONTEXT_TYPE } from './kinesis-execution-context.js';
import { GuardsConsumer, InterceptorsConsumer } from './nest-internals.js';
import { forbidden, Refusals } from './refusals.js';

/** Runs a method inside its enhancers, in Nest's order: guards, interceptors, pipes, the method; filters around it all. */
export class HandlerPipeline {
  private readonly guards = new GuardsConsumer();
  private readonly interceptors = new InterceptorsConsumer();
  private readonly refusals = new Refusals();
  private readonly filters: ExceptionFilters;
  private readonly arguments: HandlerArguments;

  /** @param batch - whether the method takes an array of records */
  constructor(
    private readonly bound: BoundMethod,
    private readonly enhancers: Enhancers,
    batch: boolean,
  ) {
    const { filters, parameters } = enhancers;
    this.filters = new ExceptionFilters(filters, bound, this.refusals);
    this.arguments = batch
      ? new BatchArguments(parameters, this.refusals, this.filters)
      : new HandlerArguments(parameters, this.refusals);
  }

  async run(input: unknown, context: HandlerContext): Promise<unknown> {
    const args = [input, context];
    const { guards, interceptors } = this.enhancers;
    try {
      if (guards.length > 0) await this.passGuards(args);
      return await (interceptors.length > 0 ? this.intercept(args) : this.callMethod(args));
    } catch (error) {
      return this.filters.handle(error, args);
    }
  }

  private async passGuards(args: unknown[]): Promise<void> {
    const { instance, method } = this.bound;
    const { guards } = this.enhancers;
    try {
      const passed = await this.guards.tryActivate<string>(
        guards,
        args,
        instance,
        method,
        KINESIS_CONTEXT_TYPE,
      );
      if (!passed) throw new ForbiddenException('Forbidden resource');
    } catch (error) {
      this.refusals.note(error, forbidden);
      throw error;
    }
  }

  private async intercept(args: unknown[]): Promise<unknown> {
    const { instance, method } = this.bound;
    const result = await this.interceptors.intercept<string>(
      this.enhancers.interceptors,
      args,
      instance,
      method,
      () => this.callMethod(args),
      KINESIS_CONTEXT_TYPE,
    );
    return completion(result);
  }

  private async callMethod(args: readonly unknown[]): Promise<unknown> {
    const bound = await this.arguments.bind(args);
    return bound && completion(this.bound.method.apply(this.bound.instance, bound));
  }
}
