import { kplToKcl } from './kpl-to-kcl.js';
import { kplToOurs } from './kpl-to-ours.js';
import { oursToKcl } from './ours-to-kcl.js';

/** By name; each resolves with its complaints. */
export const SCENARIOS = {
  polling: (kinesis, dynamodb) => kplToKcl(kinesis, dynamodb, 'polling'),
  'fan-out': (kinesis, dynamodb) => kplToKcl(kinesis, dynamodb, 'fan-out'),
  'kpl-to-ours': kplToOurs,
  'ours-to-kcl': async (kinesis, dynamodb) => [
    ...(await oursToKcl(kinesis, dynamodb, 'none')),
    ...(await oursToKcl(kinesis, dynamodb, 'partition-key')),
  ],
};
