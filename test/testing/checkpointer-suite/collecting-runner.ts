import type { TestRunner } from 'nestjs-kinesis/testing';

/** A test runner whose tests are run by hand: to see a suite fail. */
export class CollectingRunner implements TestRunner {
  private readonly tests: { readonly name: string; readonly body: () => Promise<void> }[] = [];
  private readonly before: (() => Promise<void>)[] = [];
  private readonly after: (() => Promise<void>)[] = [];

  readonly describe = (_name: string, body: () => void): void => body();
  readonly it = (name: string, body: () => Promise<void>): void => void this.tests.push({ name, body });
  readonly beforeEach = (hook: () => Promise<void>): void => void this.before.push(hook);
  readonly afterEach = (hook: () => Promise<void>): void => void this.after.push(hook);

  get count(): number {
    return this.tests.length;
  }

  /** Runs every test; returns the names of those that fail. */
  async failures(): Promise<string[]> {
    const failed: string[] = [];
    for (const { name, body } of this.tests) {
      for (const hook of this.before) await hook();
      await body().catch(() => failed.push(name));
      for (const hook of this.after) await hook();
    }
    return failed;
  }
}
