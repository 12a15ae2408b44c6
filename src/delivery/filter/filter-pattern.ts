import { compileMatcher, refused, type ValueMatcher } from './value-matcher.js';

/** What a field of the payload, or of an object in it, must be: one of the alternatives, or again a pattern. */
export type FilterRule = FilterFields | readonly FilterAlternative[];

/** Fields that must all match. `$or` holds patterns of which one must. */
export interface FilterFields {
  readonly [field: string]: FilterRule | readonly FilterFields[];
}

/** A value, or a comparison. */
export type FilterAlternative = string | number | boolean | null | FilterComparison;

/** Exactly one of these. */
export interface FilterComparison {
  readonly prefix?: string;
  readonly suffix?: string;
  readonly 'equals-ignore-case'?: string;
  /** Whether the field is there at all. */
  readonly exists?: boolean;
  /** One or two comparisons: `['=', 100]`, `['>', 0, '<=', 5]`. */
  readonly numeric?: readonly (string | number)[];
  readonly 'anything-but'?: FilterAlternative | readonly FilterAlternative[];
}

/** A pattern as in the filters of Lambda's event source mappings: of the payload, of the partition key, or both. */
export interface FilterPattern {
  readonly data?: FilterFields;
  readonly partitionKey?: readonly FilterAlternative[];
}

/** What a filter looks at. */
export interface FilteredRecord {
  readonly data: unknown;
  readonly partitionKey: string;
}

/**
 * Compiles a pattern, or several of which one must match.
 *
 * @param where - what the patterns belong to, for messages
 * @throws KinesisConfigurationError for a pattern that means nothing
 */
export function compileFilter(
  patterns: FilterPattern | readonly FilterPattern[],
  where: string,
): (record: FilteredRecord) => boolean {
  const listed: readonly unknown[] = Array.isArray(patterns) ? patterns : [patterns];
  if (listed.length === 0) throw refused(where, 'a list of patterns has at least one');
  const matchers = listed.map((pattern) => {
    const unknown = isObject(pattern)
      ? Object.keys(pattern).find((key) => key !== 'data' && key !== 'partitionKey')
      : undefined;
    if (unknown !== undefined)
      throw refused(`${where}.${unknown}`, 'a pattern has "data" and "partitionKey" only');
    return compileFields(pattern, where);
  });
  return (record) => matchers.some((matches) => matches(record));
}

function compileFields(fields: unknown, where: string): ValueMatcher {
  if (!isObject(fields) || Object.keys(fields).length === 0) {
    throw refused(where, 'a pattern is an object with at least one field');
  }
  const rules = Object.entries(fields).map(([field, rule]): ValueMatcher => {
    const place = `${where}.${field}`;
    if (field === '$or') return compileAlternatives(rule, place);
    const matches = compileRule(rule, place);
    return (value) => matches(isObject(value) && Object.hasOwn(value, field) ? value[field] : undefined);
  });
  return (value) => rules.every((matches) => matches(value));
}

function compileRule(rule: unknown, where: string): ValueMatcher {
  if (!Array.isArray(rule)) return compileFields(rule, where);
  if (rule.length === 0) throw refused(where, 'a list of alternatives has at least one');
  const matchers = rule.map((alternative) => compileMatcher(alternative, where));
  const matchesOne = (value: unknown): boolean => matchers.some((matches) => matches(value));
  // As EventBridge has it, a list matches when one of its elements does.
  return (value) => (Array.isArray(value) ? value.some(matchesOne) : matchesOne(value));
}

function compileAlternatives(alternatives: unknown, where: string): ValueMatcher {
  if (!Array.isArray(alternatives) || alternatives.length === 0) {
    throw refused(where, 'is a list of at least one pattern');
  }
  const matchers = alternatives.map((fields) => compileFields(fields, where));
  return (value) => matchers.some((matches) => matches(value));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
