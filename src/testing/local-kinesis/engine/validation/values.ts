import { type Shape, under, type Violation, wrongType } from './shape.js';

interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** The longest piece of a bad value a message repeats. */
const SHOWN = 256;

function quote(value: string): string {
  return `'${value.length > SHOWN ? `${value.slice(0, SHOWN)}...` : value}'`;
}

function outOfBounds(
  size: number,
  { min = -Infinity, max = Infinity }: Bounds,
  what: string,
  shown: string | undefined,
): Violation[] | undefined {
  if (size > max)
    return [{ path: '', value: shown, constraint: `have ${what} less than or equal to ${max}` }];
  if (size < min)
    return [{ path: '', value: shown, constraint: `have ${what} greater than or equal to ${min}` }];
  return undefined;
}

/**
 * A string, its length in UTF-16 units, and the pattern the service states.
 *
 * @param expression - what is tested in place of the stated pattern, where that one could take cubic time
 */
export function string(bounds: Bounds = {}, pattern?: string, expression = pattern): Shape<string> {
  const compiled = expression === undefined ? undefined : new RegExp(`^(?:${expression})$`);
  return {
    violations(value) {
      if (typeof value !== 'string') throw wrongType('a string', value);
      const wrongLength = outOfBounds(value.length, bounds, 'length', quote(value));
      if (wrongLength !== undefined || compiled === undefined || compiled.test(value)) return wrongLength;
      return [
        { path: '', value: quote(value), constraint: `satisfy regular expression pattern: ${pattern}` },
      ];
    },
  };
}

/** One of a set of strings. */
export function oneOf<const V extends string>(values: readonly V[]): Shape<V> {
  return {
    violations(value) {
      if (typeof value !== 'string') throw wrongType('a string', value);
      if (values.some((known) => known === value)) return undefined;
      return [
        { path: '', value: quote(value), constraint: `satisfy enum value set: [${values.join(', ')}]` },
      ];
    },
  };
}

/** A whole number of 32 bits. */
export function integer(bounds: Bounds = {}): Shape<number> {
  return {
    violations(value) {
      if (typeof value !== 'number' || !Number.isInteger(value) || value !== (value | 0)) {
        throw wrongType('an integer', value);
      }
      return outOfBounds(value, bounds, 'value', quote(String(value)));
    },
  };
}

export const boolean: Shape<boolean> = {
  violations(value) {
    if (typeof value !== 'boolean') throw wrongType('a boolean', value);
    return undefined;
  },
};

export const timestamp: Shape<Date> = {
  violations(value) {
    if (!(value instanceof Date) || Number.isNaN(value.getTime())) throw wrongType('a timestamp', value);
    return undefined;
  },
};

export function blob(bounds: Bounds = {}): Shape<Uint8Array> {
  const { max = Infinity } = bounds;
  return {
    violations(value) {
      if (!(value instanceof Uint8Array)) throw wrongType('a blob', value);
      if (value.length <= max) return undefined;
      return outOfBounds(value.length, bounds, 'length', undefined);
    },
  };
}

export function list<T>(member: Shape<T>, bounds: Bounds = {}): Shape<T[]> {
  return {
    violations(value) {
      if (!Array.isArray(value)) throw wrongType('a list', value);
      // Its size first: a list of millions must not be walked to be refused.
      const tooMany = outOfBounds(value.length, bounds, 'length', `'[${value.length} members]'`);
      if (tooMany !== undefined) return tooMany;
      let found: Violation[] | undefined;
      for (let index = 0; index < value.length; index++) {
        const item: unknown = value[index];
        if (item === undefined || item === null) throw wrongType('a list', value);
        const violations = member.violations(item);
        if (violations !== undefined) (found ??= []).push(...under(`${index + 1}.member`, violations));
      }
      return found;
    },
  };
}

/** A map with string keys and values. */
export function map(
  key: Shape<string>,
  member: Shape<string>,
  bounds: Bounds = {},
): Shape<Record<string, string>> {
  return {
    violations(value) {
      if (
        typeof value !== 'object' ||
        value === null ||
        Array.isArray(value) ||
        value instanceof Uint8Array
      ) {
        throw wrongType('a map', value);
      }
      const entries = Object.entries(value as Record<string, unknown>);
      const wrongSize = outOfBounds(entries.length, bounds, 'length', `'{${entries.length} entries}'`);
      if (wrongSize !== undefined) return wrongSize;
      const found: Violation[] = [];
      for (const [name, content] of entries) {
        found.push(...under(`${name}.key`, key.violations(name) ?? []));
        if (content === null || content === undefined) throw wrongType('a string', content);
        found.push(...under(`${name}.member`, member.violations(content) ?? []));
      }
      return found.length > 0 ? found : undefined;
    },
  };
}
