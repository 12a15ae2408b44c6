import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { LeaseScope } from '../../checkpointers/checkpointer.js';
import { UsageError } from '../command.js';

const COMMON = {
  application: { type: 'string' },
  stream: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

const WRITING = {
  write: { type: 'boolean' },
  force: { type: 'boolean' },
  'session-timeout': { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

/** How a command that changes leases goes about it. */
export interface WriteMode {
  /** Otherwise it only says what it would do. */
  readonly write: boolean;
  /** Whether to go on though leases have owners. */
  readonly force: boolean;
  /** Of leases that do not tell their owner's, in milliseconds. */
  readonly sessionTimeout: number;
}

type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** The arguments of a subcommand of `leases`, checked. */
export class LeasesArguments {
  private constructor(private readonly values: Values) {}

  /**
   * @param names - the subcommand's own options; those of `lists` may be repeated
   * @throws UsageError for an option that is none of them
   */
  static parse(
    args: readonly string[],
    { names, lists = [], writes }: { names: readonly string[]; lists?: readonly string[]; writes: boolean },
  ): LeasesArguments {
    const own = [
      ...names.map((name) => [name, { type: 'string' as const }] as const),
      ...lists.map((name) => [name, { type: 'string' as const, multiple: true }] as const),
    ];
    const options = { ...COMMON, ...(writes ? WRITING : {}), ...Object.fromEntries(own) };
    try {
      return new LeasesArguments(parseArgs({ args: [...args], options }).values);
    } catch (error) {
      throw new UsageError(error instanceof Error ? error.message : String(error));
    }
  }

  required(name: string): string {
    return this.optional(name) ?? this.fail(`--${name} is missing; see nestjs-kinesis leases --help`);
  }

  optional(name: string): string | undefined {
    const value = this.values[name];
    // An empty one comes from a variable of the shell that is not set.
    if (value === '') this.fail(`--${name} must not be empty`);
    return typeof value === 'string' ? value : undefined;
  }

  list(name: string): readonly string[] {
    const value = this.values[name];
    return Array.isArray(value) ? (value as readonly string[]) : [];
  }

  get scope(): LeaseScope {
    return { application: this.required('application'), streamName: this.required('stream') };
  }

  get mode(): WriteMode {
    const sessionTimeout = Number(this.optional('session-timeout') ?? 15_000);
    if (!(sessionTimeout > 0)) this.fail('--session-timeout must be a number of milliseconds');
    return { write: this.values.write === true, force: this.values.force === true, sessionTimeout };
  }

  private fail(problem: string): never {
    throw new UsageError(problem);
  }
}
