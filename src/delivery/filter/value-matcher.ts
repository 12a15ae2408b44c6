import { KinesisConfigurationError } from '../../errors.js';

/** Whether a value of a record, or undefined where it has none, is one that a pattern means. */
export type ValueMatcher = (value: unknown) => boolean;

type Make = (operand: unknown, where: string) => ValueMatcher;

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '=': (value, bound) => value === bound,
  '>=': (value, bound) => value >= bound,
  '>': (value, bound) => value > bound,
};

/** EventBridge's comparisons, as far as Lambda's filters know them. */
const OPERATORS: Readonly<Record<string, Make>> = {
  prefix: textMatcher((value, text) => value.startsWith(text)),
  suffix: textMatcher((value, text) => value.endsWith(text)),
  'equals-ignore-case': textMatcher((value, text) => value.toLowerCase() === text.toLowerCase()),
  exists: existsMatcher,
  numeric: numericMatcher,
  'anything-but': anythingButMatcher,
};

/**
 * Compiles one alternative of a pattern: a value, or an object with one of the operators.
 *
 * @throws KinesisConfigurationError that names what is wrong, and where
 */
export function compileMatcher(alternative: unknown, where: string): ValueMatcher {
  if (isScalar(alternative)) return (value) => value === alternative;
  if (typeof alternative !== 'object' || alternative === null || Array.isArray(alternative)) {
    throw refused(
      where,
      'an alternative is a text, a number, true, false, null, or an object with one operator',
    );
  }
  const [entry, ...others] = Object.entries(alternative);
  const make = entry && OPERATORS[entry[0]];
  if (!make || others.length > 0) {
    throw refused(where, `an operator is one of ${Object.keys(OPERATORS).join(', ')}`);
  }
  return make(entry[1], `${where}.${entry[0]}`);
}

/** The error for a pattern that means nothing. */
export function refused(where: string, rule: string): KinesisConfigurationError {
  return new KinesisConfigurationError(`${where}: ${rule}.`);
}

function textMatcher(matches: (value: string, text: string) => boolean): Make {
  return (operand, where) => {
    if (typeof operand !== 'string') throw refused(where, 'takes a text');
    return (value) => typeof value === 'string' && matches(value, operand);
  };
}

function existsMatcher(operand: unknown, where: string): ValueMatcher {
  if (typeof operand !== 'boolean') throw refused(where, 'takes true or false');
  return (value) => (value !== undefined) === operand;
}

function numericMatcher(operand: unknown, where: string): ValueMatcher {
  const rule = 'takes one or two comparisons, as in ["=", 100] or [">", 0, "<=", 5]';
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) throw refused(where, rule);
  const comparisons: ((value: number) => boolean)[] = [];
  for (let i = 0; i < operand.length; i += 2) {
    const compare = COMPARISONS[String(operand[i])];
    const bound: unknown = operand[i + 1];
    if (!compare || typeof bound !== 'number') throw refused(where, rule);
    comparisons.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && comparisons.every((compare) => compare(value));
}

function anythingButMatcher(operand: unknown, where: string): ValueMatcher {
  const listed: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  if (listed.length === 0) throw refused(where, 'names at least one value');
  const matchers = listed.map((alternative) => compileMatcher(alternative, where));
  return (value) => value !== undefined && !matchers.some((matches) => matches(value));
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
