import type { StandardSchema } from 'nestjs-kinesis';
import type { Flight } from './flight.js';

interface Rule {
  /** What the field is when it is as it should be. */
  is: string;
  test(value: unknown): boolean;
}

const airport: Rule = { is: 'an IATA code', test: matches(/^[A-Z]{3}$/) };
const text: Rule = { is: 'a text', test: (value) => typeof value === 'string' };

const RULES: Record<keyof Flight, Rule> = {
  date: { is: 'YYYY/MM/DD HH:mm', test: matches(/^\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}$/) },
  delay: { is: 'whole minutes', test: Number.isInteger },
  distance: { is: 'miles above 0', test: (value) => typeof value === 'number' && value > 0 },
  origin: airport,
  destination: airport,
  index: { is: 'a whole number', test: Number.isInteger },
  run: text,
};

/**
 * What a payload must be to reach the handlers. Any library of Standard Schema does: with Zod, Valibot or ArkType it is
 * `@KinesisPayload({ schema: z.object({ … }) })`; the sample needs none of them.
 */
export const FlightSchema: StandardSchema<Flight> = {
  '~standard': {
    version: 1,
    vendor: 'sample-app',
    validate: (value) => {
      const fields = Object(value) as Record<string, unknown>;
      const issues = Object.entries(RULES)
        .filter(([field, rule]) => !rule.test(fields[field]))
        .map(([field, rule]) => ({ message: `is not ${rule.is}`, path: [field] }));
      return issues.length > 0 ? { issues } : { value: value as Flight };
    },
  },
};

function matches(pattern: RegExp) {
  return (value: unknown): boolean => typeof value === 'string' && pattern.test(value);
}
