import type { Chart } from '../comparison-chart.js';
import { ratio, type Ratio } from '../ratio.js';
import { format, formatSummary, type Summary, summarize } from '../statistics.js';
import type { Contestant } from './contestants.js';
import type { Race } from './race.js';
import type { Races } from './rounds.js';
import type { TakeOver } from './take-over.js';

/** What a run measured. */
export interface Figures {
  readonly producer: Races;
  readonly consumer: Races;
}
type Side = keyof Figures;

const SIDES: Readonly<Record<Side, string>> = { producer: 'putting', consumer: 'consuming' };

const MEBIBYTE = 1024 * 1024;

/** What is compared between ours and a peer, as times in our favour. */
const ADVANTAGES = {
  cpu: {
    title: 'records per CPU second',
    of: (our: Race, their: Race) => their.processorTimePerRecord / our.processorTimePerRecord,
  },
  rate: {
    title: 'records per second',
    of: (our: Race, their: Race) => our.recordsPerSecond / their.recordsPerSecond,
  },
} as const;

/** Ours next to each peer's, round by round; with the leases of both in DynamoDB, unless theirs cannot be there. */
export function advantages(figures: Figures): Ratio[] {
  return (Object.keys(SIDES) as Side[]).flatMap((side) => {
    const [ours] = [...figures[side]].filter(([{ ours }]) => ours).map(([, races]) => races);
    return [...figures[side]]
      .filter(([{ ours }]) => !ours)
      .flatMap(([{ name, title }, races]) =>
        Object.entries(ADVANTAGES).map(([figure, { title: what, of }]) =>
          ratio(
            {
              id: `end-to-end.${side}.${figure}.${name}`,
              title: `${SIDES[side]}, ${what}, next to ${title}`,
              better: 'higher',
              tolerance: 0.4,
            },
            races.flatMap((their, round) => (ours?.[round] ? [of(ours[round], their)] : [])),
          ),
        ),
      );
  });
}

export function racesTable(side: Side, races: Races): string[] {
  return [
    `| ${SIDES[side]}, median (min–max) | records/s | µs of CPU per record | start-up, s | CPU of start-up, s | peak memory, MiB |`,
    '| --- | --- | --- | --- | --- | --- |',
    ...[...races].map(([contestant, rounds]) => {
      const over = (value: (race: Race) => number): Summary => summarize(rounds.map(value));
      const cells = [
        formatSummary(over(({ recordsPerSecond }) => recordsPerSecond)),
        formatSummary(
          over(({ processorTimePerRecord }) => processorTimePerRecord),
          1,
        ),
        formatSummary(
          over(({ startUp }) => startUp / 1000),
          1,
        ),
        formatSummary(
          over(({ startUpProcessorTime }) => startUpProcessorTime / 1000),
          1,
        ),
        formatSummary(over(({ peakMemory }) => peakMemory / MEBIBYTE)),
      ];
      return `| ${titleOf(contestant, side)} | ${cells.join(' | ')} |`;
    }),
  ];
}

export function takeOverTable(takeOvers: ReadonlyMap<Contestant, readonly TakeOver[]>): string[] {
  return [
    '| | shards of the older and the younger before | s after a kill of the older | s after a kill of the younger |',
    '| --- | --- | --- | --- |',
    ...[...takeOvers]
      .filter(([, found]) => found.length > 0)
      .map(([contestant, found]) => {
        const shares = [...new Set(found.map(({ shares: [older, younger] }) => `${older} and ${younger}`))];
        const times = (['older', 'younger'] as const).map((victim) =>
          found.flatMap(({ killed, time }) => (killed === victim ? [secondsOf(time)] : [])).join(', '),
        );
        return `| ${titleOf(contestant, 'consumer')} | ${shares.join('; ')} | ${times.join(' | ')} |`;
      }),
  ];
}

function secondsOf(time: number | undefined): string {
  return time === undefined ? 'never' : format(time / 1000, 1);
}

function titleOf({ title, leases }: Contestant, side: Side): string {
  return side === 'consumer' ? `${title}, leases in ${leases}` : title;
}

export function chart(side: Side, races: Races): Chart {
  const [first] = [...races.values()];
  return {
    title: `End to end on the local Kinesis, ${SIDES[side]}: records per CPU second`,
    bars: [...races].map(([contestant, rounds]) => ({
      label: titleOf(contestant, side),
      whose: contestant.ours ? 'ours' : 'peer',
      times: summarize(
        rounds.flatMap((race, round) => (first?.[round] ? [ADVANTAGES.cpu.of(race, first[round])] : [])),
      ).median,
    })),
  };
}
