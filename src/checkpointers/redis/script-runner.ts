import { CheckpointerError } from '../../errors.js';
import type { Clock } from '../../runtime/clock.js';
import { withDeadline } from '../../runtime/deadline.js';
import type { RedisScript } from './lease-scripts.js';
import type { RedisClient } from './redis-client.js';
import { noAnswer, toCheckpointerError } from './redis-errors.js';

/** How many replicas must have a write before it counts. */
export interface RedisWait {
  /** Replicas that must acknowledge; 1 or more. */
  readonly replicas: number;

  /** How long to wait for them, in milliseconds; 1 to 60 000. Other commands of the connection wait as long. */
  readonly timeout: number;
}

export interface ScriptRunnerOptions {
  name: string;
  client: RedisClient;
  clock: Clock;
  /** Milliseconds after which a command counts as unanswered. */
  commandTimeout: number;
  wait: RedisWait | undefined;
  /** What the connection complained about last, if that is known. */
  lastError: () => Error | undefined;
}

/** A pipeline whose slot has moved to another server of the cluster is sent again so often. */
const MAX_REDIRECTIONS = 5;

/** Sends scripts to Redis: by name, as a whole where the server does not know them, and never for longer than agreed. */
export class ScriptRunner {
  constructor(private readonly options: ScriptRunnerOptions) {}

  /** @throws CheckpointerError */
  run(script: RedisScript, key: string, args: readonly string[]): Promise<unknown> {
    return this.answered(this.options.commandTimeout, () => this.send(script, key, args));
  }

  /**
   * Runs a script that changes who owns a lease, or where it stands, and waits for replicas where that is asked for.
   *
   * @throws CheckpointerError also when too few replicas have acknowledged: the write took effect, but may be lost
   */
  runDurably(script: RedisScript, key: string, args: readonly string[]): Promise<unknown> {
    const { wait, commandTimeout } = this.options;
    if (wait === undefined) return this.run(script, key, args);
    return this.answered(commandTimeout + wait.timeout, () => this.sendAndWait(script, key, args, wait));
  }

  /** Settles as the call does, but no later than after `timeout` milliseconds, with errors made ours. */
  async answered<T>(timeout: number, call: () => Promise<T>): Promise<T> {
    const { name, clock, lastError } = this.options;
    const late = (): Error => noAnswer(name, timeout, lastError());
    try {
      // A client that has been closed throws at once.
      return await withDeadline(async () => call(), { clock, timeout, late });
    } catch (error) {
      throw toCheckpointerError(name, error, lastError());
    }
  }

  private async send(script: RedisScript, key: string, args: readonly string[]): Promise<unknown> {
    const { client } = this.options;
    try {
      return await client.evalsha(script.sha, 1, key, ...args);
    } catch (error) {
      if (!isReply(error, 'NOSCRIPT')) throw error;
      return client.eval(script.text, 1, key, ...args);
    }
  }

  private async sendAndWait(
    script: RedisScript,
    key: string,
    args: readonly string[],
    { replicas, timeout }: RedisWait,
  ): Promise<unknown> {
    const { client, name } = this.options;
    let known = true;
    for (let sent = 0; ; sent++) {
      // In one pipeline, since WAIT is about the writes of its own connection.
      const pipeline = client.pipeline();
      if (known) pipeline.evalsha(script.sha, 1, key, ...args);
      else pipeline.eval(script.text, 1, key, ...args);
      pipeline.wait(replicas, timeout);
      const [write, waited] = (await pipeline.exec()) ?? [];
      if (write === undefined || waited === undefined) throw new Error('the pipeline had no answer');
      const [error, result] = write;
      if (isReply(error, 'NOSCRIPT')) {
        known = false;
      } else if ((isReply(error, 'MOVED') || isReply(error, 'ASK')) && sent < MAX_REDIRECTIONS) {
        await this.findSlot(key);
      } else {
        if (error) throw error;
        if (waited[0]) throw waited[0];
        if (Number(waited[1]) >= replicas) return result;
        throw new CheckpointerError(
          name,
          `${Number(waited[1])} of ${replicas} replicas acknowledged a write in ${timeout} ms ("wait"); it took ` +
            'effect, but a fail-over may lose it.',
          { retryable: true },
        );
      }
    }
  }

  /** A single command follows the redirection, and the client remembers where it led. */
  private async findSlot(key: string): Promise<void> {
    await this.options.client.eval('return 1', 1, key);
  }
}

function isReply(error: unknown, beginning: string): boolean {
  return error instanceof Error && error.message.startsWith(beginning);
}
