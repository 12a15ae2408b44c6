import { KinesisError } from '../errors.js';
import type { Command } from './command.js';
import { parseRedriveArguments } from './redrive/redrive-arguments.js';
import { FRAMINGS } from './redrive/framing.js';
import { openSource, sourceForms } from './redrive/sources.js';
import { Redrive } from './redrive/redrive.js';
import { KinesisConnection } from './redrive/kinesis-connection.js';
import type { Terminal } from './terminal.js';

/** `nestjs-kinesis redrive`: dead letters back into their streams. */
export const redrive: Command = {
  usage: `Usage: nestjs-kinesis redrive --from <source> [options]

Puts the records of dead letters back into their streams, under their partition keys, those of a key in the order of
their letters. It only says what it would do, until --write. All handlers of the stream get the records, as new ones.
It may be stopped or killed at any time, and started again: no letter is lost, and at most those under way come twice.

Sources:
${sourceForms()
  .map((form) => `  ${form}`)
  .join('\n')}

Options:
  --to <[name=]stream>     where to put them: a stream's name or ARN; with name=, the letters of the stream of that name
                           in the module's options; may be repeated (default: the stream of that very name)
  --application <name>     only letters of this application
  --stream <name>          only letters of the stream of this name in the module's options
  --handler <name>         only letters of this handler
  --error <name>           only letters whose error has this name or code
  --since <time>           only letters that failed since then, such as 2026-01-31T12:00:00Z
  --framing <format>       what the stream's aggregator makes of a record alone (default plain, for JSON, strings,
                           MessagePack and KPL): ${Object.keys(FRAMINGS).join(', ')}
  --rate <number>          records per second at most (default: as many as the stream takes)
  --progress <file>        what was put back (default: the file's or stream's name and .redriven; not for sqs:)
  --write                  put them back
  --help                   show this

AWS is reached as its SDK finds it: AWS_REGION, AWS_PROFILE, AWS_ENDPOINT_URL_KINESIS, AWS_ENDPOINT_URL_SQS and so on.

Example:
  nestjs-kinesis redrive --from kinesis:orders-dead --handler OrdersController.onOrder --write
`,

  async run(args, terminal) {
    const options = parseRedriveArguments(args);
    const connection = new KinesisConnection();
    try {
      const source = await openSource(options, connection);
      try {
        const work = new Redrive(options, source, connection, terminal);
        await untilStopped(terminal, (signal) => work.run(signal));
      } finally {
        await source.close();
      }
    } catch (error) {
      throw error instanceof KinesisError ? withCode(error) : error;
    } finally {
      connection.close();
    }
  },
};

/** Tells the work when somebody asks the process to stop. */
async function untilStopped(terminal: Terminal, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  terminal.once('SIGINT', stop);
  terminal.once('SIGTERM', stop);
  try {
    await work(stopping.signal);
  } finally {
    terminal.off('SIGINT', stop);
    terminal.off('SIGTERM', stop);
  }
}

function withCode(error: KinesisError): Error {
  return new Error(`${error.message} (${error.code})`, { cause: error });
}
