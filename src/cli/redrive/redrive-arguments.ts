import { parseArgs } from 'node:util';
import { UsageError } from '../command.js';
import { FRAMINGS, type FramingName } from './framing.js';
import { type LetterFilter } from './letter-filter.js';

/** What `redrive` was asked to do. */
export interface RedriveArguments {
  readonly from: string;
  readonly to: Targets;
  readonly filter: LetterFilter;
  readonly framing: FramingName;
  /** Records per second at most. */
  readonly rate: number;
  readonly progress?: string;
  /** Otherwise it only says what it would do. */
  readonly write: boolean;
}

/** Where letters go, by the name of their stream in the module's options. */
export interface Targets {
  readonly byName: ReadonlyMap<string, string>;
  /** Where those go that are not named. */
  readonly others?: string;
}

const TEXT = [
  'from',
  'application',
  'stream',
  'handler',
  'error',
  'since',
  'framing',
  'rate',
  'progress',
] as const;

type TextValues = Readonly<Partial<Record<(typeof TEXT)[number], string>>>;

/** @throws UsageError for arguments that make no sense */
export function parseRedriveArguments(args: readonly string[]): RedriveArguments {
  const values = readArguments(args);
  for (const name of TEXT) {
    // An empty one comes from a variable of the shell that is not set, and must not mean something else.
    if (values[name] === '') throw new UsageError(`--${name} must not be empty`);
  }
  const { from, progress } = values;
  if (from === undefined) throw new UsageError('--from is missing; see nestjs-kinesis redrive --help');
  return {
    from,
    to: targetsOf(values.to ?? []),
    filter: filterOf(values),
    framing: framingOf(values.framing),
    rate: rateOf(values.rate),
    ...(progress === undefined ? {} : { progress }),
    write: values.write ?? false,
  };
}

function readArguments(
  args: readonly string[],
): TextValues & { readonly to?: readonly string[]; readonly write?: boolean } {
  const text = TEXT.map((name) => [name, { type: 'string' as const }] as const);
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...Object.fromEntries(text),
        to: { type: 'string', multiple: true },
        write: { type: 'boolean' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function targetsOf(values: readonly string[]): Targets {
  const byName = new Map<string, string>();
  let others: string | undefined;
  for (const value of values) {
    const equals = value.indexOf('=');
    const [name, stream] =
      equals < 0 ? [undefined, value] : [value.slice(0, equals), value.slice(equals + 1)];
    if (stream === '' || name === '') {
      throw new UsageError(`--to must be a stream, or name=stream, not "${value}"`);
    }
    if (name === undefined ? others !== undefined : byName.has(name)) {
      throw new UsageError(`--to says twice where letters ${name === undefined ? '' : `of ${name} `}go`);
    }
    if (name === undefined) others = stream;
    else byName.set(name, stream);
  }
  return { byName, ...(others === undefined ? {} : { others }) };
}

function filterOf({ application, stream, handler, error, since }: TextValues): LetterFilter {
  return {
    ...(application === undefined ? {} : { application }),
    ...(stream === undefined ? {} : { stream }),
    ...(handler === undefined ? {} : { handler }),
    ...(error === undefined ? {} : { error }),
    ...(since === undefined ? {} : { since: timeOf(since) }),
  };
}

function timeOf(value: string): number {
  // Without a zone, a time would mean something else on each machine.
  const time = /(?:Z|[+-]\d\d:?\d\d)$/.test(value) ? Date.parse(value) : NaN;
  if (Number.isFinite(time)) return time;
  throw new UsageError(`--since must be a time with its zone, such as 2026-01-31T12:00:00Z, not "${value}"`);
}

function framingOf(value = 'plain'): FramingName {
  if (Object.hasOwn(FRAMINGS, value)) return value as FramingName;
  throw new UsageError(`--framing must be one of ${Object.keys(FRAMINGS).join(', ')}, not "${value}"`);
}

function rateOf(value = 'Infinity'): number {
  const rate = Number(value);
  if (rate > 0) return rate;
  throw new UsageError(`--rate must be a number above 0, not "${value}"`);
}
