import { access, writeFile } from 'node:fs/promises';
import { type Command, UsageError } from '../command.js';
import { leasesOf, withTargets } from './carry-out.js';
import { filedLease, serializeLeaseFile } from './lease-file.js';
import { LeasesArguments } from './leases-arguments.js';

/** `nestjs-kinesis leases export`: leases as a file. It changes nothing where they come from. */
export const exportLeases: Command = {
  usage: `nestjs-kinesis leases export --from <store> --application <name> --stream <name> [--out <file>]

Writes the leases as JSON lines to a new file, or to the terminal.`,

  async run(args, terminal) {
    const options = LeasesArguments.parse(args, { names: ['from', 'out'], writes: false });
    const { scope } = options;
    const out = options.optional('out');
    await withTargets([[options.required('from'), scope]], async (...[source]) => {
      if (!source) return;
      const leases = await leasesOf(source, scope);
      const text = serializeLeaseFile(leases.map((lease) => filedLease(scope, lease)));
      if (out === undefined) {
        terminal.stdout.write(text);
        return;
      }
      if (await exists(out)) throw new UsageError(`${out} exists`);
      await writeFile(out, text, { flag: 'wx' });
      terminal.stdout.write(`${leases.length} leases of ${source.label} written to ${out}\n`);
    });
  },
};

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
