import type { PipeTransform } from '@nestjs/common';
import { ValidationError, type ValidationIssue } from '../errors.js';
import type { StandardIssue, StandardSchema } from './standard-schema.js';

/** Validates payloads against a schema, and hands on what the schema makes of them. */
export class SchemaPipe implements PipeTransform {
  constructor(private readonly schema: StandardSchema) {}

  /** @throws ValidationError for a payload that does not fit */
  async transform(value: unknown): Promise<unknown> {
    const { validate, vendor } = this.schema['~standard'];
    const result = await validate(value);
    if (!result.issues) return result.value;
    const issues = result.issues.map(placeOf);
    throw new ValidationError(
      `The payload does not fit the handler's schema (${vendor}): ${placesIn(issues)}. It is not tried again.`,
      issues,
    );
  }
}

/** Messages stay behind: some libraries quote the value in them. */
function placeOf({ path = [] }: StandardIssue): ValidationIssue {
  return { path: path.map((segment) => (typeof segment === 'object' ? segment.key : segment)) };
}

function placesIn(issues: readonly ValidationIssue[]): string {
  const places = issues.map(({ path }) =>
    path.length === 0 ? 'as a whole' : `at "${path.map(String).join('.')}"`,
  );
  return [...new Set(places)].join(', ');
}
