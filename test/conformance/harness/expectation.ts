import { type Scenario } from './scenario.js';

/** One behaviour of the service, written once and judged on every target. */
export interface Expectation {
  /** Names it, also in lists of deviations: unique in the suite. */
  readonly behaviour: string;
  /** Where AWS documents it. Required where no independent emulator confirms it. */
  readonly source?: string;
  /** It speaks of minutes or hours of service time: only targets whose clock can be moved are asked. */
  readonly virtualTime?: true;
  readonly verify: (kinesis: Scenario) => Promise<void>;
}

/** Expectations about one part of the service. */
export interface Topic {
  readonly topic: string;
  readonly expectations: readonly Expectation[];
}

/** AWS's reference page of an operation. */
export function apiReference(operation: string): string {
  return `https://docs.aws.amazon.com/kinesis/latest/APIReference/API_${operation}.html`;
}

/** AWS's page of quotas and limits. */
export const QUOTAS = 'https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html';
