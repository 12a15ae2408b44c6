import { type Command, UsageError } from './command.js';
import { type Terminal } from './terminal.js';

interface Entry {
  readonly summary: string;
  /** Loads the command only when it is asked for: each needs packages that users of the others may not have. */
  readonly load: () => Promise<Command>;
}

const COMMANDS: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  [
    'local',
    {
      summary: 'run a local Kinesis for development and tests',
      load: async () => (await import('./local.js')).local,
    },
  ],
  [
    'leases',
    {
      summary: 'export, import, copy, verify or reset leases and checkpoints',
      load: async () => (await import('./leases.js')).leases,
    },
  ],
  [
    'redrive',
    {
      summary: 'put dead letters back into their streams',
      load: async () => (await import('./redrive.js')).redrive,
    },
  ],
]);

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

/**
 * Runs `nestjs-kinesis` with these arguments.
 *
 * @returns the exit code: 0 done, 1 failed, 2 arguments that make no sense
 */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await dispatch(args, terminal);
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    terminal.stderr.write(`nestjs-kinesis: ${message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
    return error instanceof UsageError ? EXIT_USAGE : EXIT_FAILURE;
  }
}

async function dispatch([name, ...args]: readonly string[], terminal: Terminal): Promise<void> {
  if (name === '--help' || name === '-h') {
    terminal.stdout.write(overview());
    return;
  }
  if (name === undefined) throw new UsageError('a command is missing; see nestjs-kinesis --help');
  const entry = COMMANDS.get(name);
  if (entry === undefined) throw new UsageError(`unknown command "${name}"; see nestjs-kinesis --help`);
  const command = await entry.load();
  if (args.includes('--help') || args.includes('-h')) terminal.stdout.write(command.usage);
  else await command.run(args, terminal);
}

function overview(): string {
  const lines = [...COMMANDS].map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`);
  return [
    'Usage: nestjs-kinesis <command> [options]',
    '',
    'Commands:',
    ...lines,
    '',
    'nestjs-kinesis <command> --help shows the options of a command.',
    '',
  ].join('\n');
}
