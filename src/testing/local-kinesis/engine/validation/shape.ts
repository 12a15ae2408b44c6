import { ServiceError } from '../service-error.js';

/** A value that has the right type but not a right value, and where. */
export interface Violation {
  /** Path of the member as the service writes it: `records.1.member.data`. */
  path: string;
  /** The value as the service would show it; undefined where it shows none. */
  readonly value: string | undefined;
  /** What the member must do, after "Member must ". */
  readonly constraint: string;
}

/** Describes one member of a request: its type, and what its value must satisfy. */
export interface Shape<T> {
  /**
   * Checks a value that is neither null nor undefined.
   *
   * @returns what is wrong with the value, or undefined: the way of valid requests allocates nothing
   * @throws ServiceError `SerializationException` when the type is wrong
   */
  violations(value: unknown): Violation[] | undefined;
  /** Only for the type checker: the type a checked value has. */
  readonly type?: T;
}

/** A member that may be left out. */
export interface OptionalShape<T> extends Shape<T | undefined> {
  readonly optional: true;
}

export type ShapeType<S> =
  S extends OptionalShape<infer T> ? T | undefined : S extends Shape<infer T> ? T : never;

/** Makes every member that may be undefined an optional one. */
type Optionalized<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: T[K];
};

export type StructureType<M> = Optionalized<{ [K in keyof M]: ShapeType<M[K]> }>;

export function optional<T>(shape: Shape<T>): OptionalShape<T> {
  return { optional: true, violations: (value) => shape.violations(value) };
}

export function wrongType(expected: string, value: unknown): ServiceError {
  const found = Array.isArray(value)
    ? 'a list'
    : value instanceof Uint8Array
      ? 'a blob'
      : `a ${typeof value}`;
  return new ServiceError('SerializationException', `${found} can not be converted to ${expected}`);
}

/** @throws ServiceError `ValidationException` that lists every violation, as the service does. */
export function throwViolations(violations: readonly Violation[]): never {
  const details = violations.map(({ path, value, constraint }) => {
    const shown = value === undefined ? '' : ` ${value}`;
    return `Value${shown} at '${path}' failed to satisfy constraint: Member must ${constraint}`;
  });
  const count = details.length === 1 ? '1 validation error' : `${details.length} validation errors`;
  throw new ServiceError('ValidationException', `${count} detected: ${details.join('; ')}`);
}

/** The name of a member as messages of the service write it: `StreamName` as `streamName`, `StreamARN` as `streamARN`. */
function memberPath(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** A structure with these members; members it does not name are ignored, as the service does. */
export function structure<M extends Record<string, Shape<unknown>>>(members: M): Shape<StructureType<M>> {
  const fields = Object.entries(members).map(([name, shape]) => ({
    name,
    path: memberPath(name),
    shape,
    required: !('optional' in shape),
  }));
  return {
    violations(value) {
      if (!isStructure(value)) throw wrongType('a structure', value);
      let found: Violation[] | undefined;
      for (const { name, path, shape, required } of fields) {
        const member = value[name];
        if (member === undefined || member === null) {
          if (required) (found ??= []).push({ path, value: 'null', constraint: 'not be null' });
          continue;
        }
        const violations = shape.violations(member);
        if (violations !== undefined) (found ??= []).push(...under(path, violations));
      }
      return found;
    },
  };
}

/** Puts a member's name before the paths of what was found inside it. */
export function under(path: string, violations: Violation[]): Violation[] {
  for (const violation of violations)
    violation.path = violation.path === '' ? path : `${path}.${violation.path}`;
  return violations;
}

/** Whether a value is a structure of JSON or CBOR: no list, blob, timestamp or null. */
export function isStructure(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array) &&
    !(value instanceof Date)
  );
}
