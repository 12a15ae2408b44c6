import { KinesisConfigurationError } from '../errors.js';

interface Range {
  min: number;
  max: number;
}

interface NumberRule extends Range {
  default: number;
}

/** Takes options out of an object one by one, checks each, and at the end knows which ones nobody asked for. */
export class OptionReader {
  private readonly values: Record<string, unknown>;
  private readonly asked = new Set<string>();

  /**
   * @param where - what the options belong to, for messages
   * @throws KinesisConfigurationError when `options` is no object
   */
  constructor(
    private readonly where: string,
    options: unknown,
  ) {
    if (typeof options !== 'object' || options === null || Array.isArray(options)) {
      throw new KinesisConfigurationError(
        `${where}: expected an object of options, got ${describe(options)}.`,
      );
    }
    this.values = options as Record<string, unknown>;
  }

  number(name: string, rule: NumberRule): number {
    return this.optionalNumber(name, rule) ?? rule.default;
  }

  optionalNumber(name: string, rule: Range): number | undefined {
    return this.checked<number | undefined>(
      name,
      undefined,
      (value) => isInRange(value, rule),
      `a number ${range(rule)}`,
    );
  }

  integer(name: string, rule: NumberRule): number {
    return this.checked(
      name,
      rule.default,
      (value) => isInRange(value, rule) && (Number.isInteger(value) || value === Infinity),
      `a whole number ${range(rule)}`,
    );
  }

  flag(name: string, fallback: boolean): boolean {
    return this.checked(name, fallback, (value) => typeof value === 'boolean', 'true or false');
  }

  oneOf<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const expected = choices.map((choice) => `'${choice}'`).join(' or ');
    return this.checked<T>(name, fallback, (value): value is T => choices.includes(value as T), expected);
  }

  text(name: string, pattern: RegExp, expected: string): string {
    return this.optionalText(name, pattern, expected) ?? this.fail(name, `is required: ${expected}`);
  }

  optionalText(name: string, pattern: RegExp, expected: string): string | undefined {
    const isText = (value: unknown): value is string => typeof value === 'string' && pattern.test(value);
    return this.checked<string | undefined>(name, undefined, isText, expected);
  }

  required<T>(name: string, type: 'object' | 'function'): T {
    return this.optional<T>(name, type) ?? this.fail(name, `is required: ${article(type)}`);
  }

  optional<T>(name: string, type: 'object' | 'function'): T | undefined {
    const isOfType = (value: unknown): value is T =>
      typeof value === type && value !== null && !Array.isArray(value);
    return this.checked<T | undefined>(name, undefined, isOfType, article(type));
  }

  /** An instance of somebody's class, known by what it can do. */
  withMethods<T extends object>(name: string, methods: readonly string[]): T | undefined {
    const instance = this.optional<T>(name, 'object');
    const missing = methods.find(
      (method) => instance && typeof (instance as Record<string, unknown>)[method] !== 'function',
    );
    if (missing !== undefined) this.fail(name, `has no method "${missing}()"; pass an instance, not a class`);
    return instance;
  }

  checked<T>(name: string, fallback: T, accepts: (value: unknown) => boolean, expected: string): T {
    this.asked.add(name);
    const value = this.values[name];
    if (value === undefined) return fallback;
    if (!accepts(value)) this.fail(name, `must be ${expected}, not ${describe(value)}`);
    return value as T;
  }

  /** Names options that somebody else reads. */
  known(...names: string[]): void {
    for (const name of names) this.asked.add(name);
  }

  /** @throws KinesisConfigurationError for an option that was never asked for: most likely a misspelt one */
  refuseUnknown(): void {
    const unknown = Object.keys(this.values).find((name) => !this.asked.has(name));
    if (unknown === undefined) return;
    this.fail(unknown, `is not an option. Options: ${[...this.asked].sort().join(', ')}`);
  }

  private fail(name: string, problem: string): never {
    throw new KinesisConfigurationError(`${this.where}: option "${name}" ${problem}.`);
  }
}

function isInRange(value: unknown, { min, max }: Range): value is number {
  return typeof value === 'number' && value >= min && value <= max;
}

function range({ min, max }: Range): string {
  return max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`;
}

function article(type: 'object' | 'function'): string {
  return type === 'object' ? 'an object' : 'a function';
}

/** Says what a value is without repeating what may be secret. */
function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return value.length <= 60 ? `"${value}"` : 'a string';
  return `a value of type ${typeof value}`;
}
