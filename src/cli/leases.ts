import { type Command, UsageError } from './command.js';
import { copyLeases, importLeases } from './leases/copy.js';
import { exportLeases } from './leases/export.js';
import { resetLeases } from './leases/reset.js';
import { targetForms } from './leases/targets.js';
import { verifyLeases } from './leases/verify.js';

const SUBCOMMANDS: Readonly<Record<string, Command>> = {
  export: exportLeases,
  import: importLeases,
  copy: copyLeases,
  verify: verifyLeases,
  reset: resetLeases,
};

/** `nestjs-kinesis leases`: leases and checkpoints from one store to another, and to other positions. */
export const leases: Command = {
  usage: `Usage: nestjs-kinesis leases <command> [options]

Moves leases and checkpoints between stores. Commands that change a store only say what they would do, until --write.
They refuse while leases have an owner: stop all workers of the application first; --force goes on nevertheless.

${Object.values(SUBCOMMANDS)
  .map(({ usage }) => usage)
  .join('\n\n')}

Stores:
${targetForms()
  .map((form) => `  ${form}`)
  .join('\n')}

A password of Redis may be in REDIS_PASSWORD instead of the address. AWS is reached as its SDK finds it: AWS_REGION,
AWS_PROFILE, AWS_ENDPOINT_URL_KINESIS and so on.
`,

  async run([name, ...args], terminal) {
    const command = name === undefined ? undefined : SUBCOMMANDS[name];
    if (command) return command.run(args, terminal);
    const problem = name === undefined ? 'a command of leases is missing' : `leases has no command "${name}"`;
    throw new UsageError(`${problem}; there are ${Object.keys(SUBCOMMANDS).join(', ')}`);
  },
};
