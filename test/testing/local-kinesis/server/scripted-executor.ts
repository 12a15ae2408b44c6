import {
  type OperationExecutor,
  type OperationInput,
  type OperationOutput,
} from '../../../../src/testing/local-kinesis/engine/operation.js';

type Script = (input: OperationInput, signal?: AbortSignal) => OperationOutput | Promise<OperationOutput>;

/** Answers with what the test says, and remembers what it was asked. */
export class ScriptedExecutor implements OperationExecutor {
  readonly calls: { operation: string; input: OperationInput }[] = [];
  private readonly scripts = new Map<string, Script>();

  on(operation: string, script: Script): this {
    this.scripts.set(operation, script);
    return this;
  }

  async execute(operation: string, input: OperationInput, signal?: AbortSignal): Promise<OperationOutput> {
    this.calls.push({ operation, input });
    return (await this.scripts.get(operation)?.(input, signal)) ?? {};
  }
}
