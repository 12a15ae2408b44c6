import { parseArgs } from 'node:util';
import { SABOTAGES, type SabotageKind } from './sabotage.js';

export interface DemoArguments {
  serve: boolean;
  sabotage: SabotageKind | undefined;
}

export const USAGE = `npm run demo                                        replay 20 000 flights, compare, and say what became of them
npm run demo -- --serve                             keep the app up until Ctrl-C
npm run demo -- --sabotage lose|duplicate|swap      do that harm on the way: the ledger must notice`;

/** @throws Error whose message says what is wrong with the arguments */
export function parseArguments(args: string[]): DemoArguments | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      serve: { type: 'boolean' },
      sabotage: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help';
  const { sabotage, serve = false } = values;
  if (sabotage !== undefined && !isSabotage(sabotage)) {
    throw new Error(`--sabotage takes one of ${SABOTAGES.join(', ')}, not "${sabotage}"`);
  }
  return { serve, sabotage };
}

function isSabotage(value: string): value is SabotageKind {
  return (SABOTAGES as readonly string[]).includes(value);
}
