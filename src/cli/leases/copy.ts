import type { Lease, LeaseScope, NewLease } from '../../checkpointers/checkpointer.js';
import type { Command } from '../command.js';
import type { Terminal } from '../terminal.js';
import { carryOut, leasesOf, withTargets, writable } from './carry-out.js';
import { LeasesArguments } from './leases-arguments.js';
import type { LeaseTarget } from './target.js';

/** `nestjs-kinesis leases copy`: the leases of one store into another. */
export const copyLeases: Command = {
  usage: `nestjs-kinesis leases copy --from <store> --to <store> --application <name> --stream <name>
    [--to-application <name>] [--to-stream <name>] [--write] [--force] [--session-timeout <ms>]

Makes the leases of the second store as those of the first; what only the second has stays.`,

  run: (args, terminal) => copy(args, terminal, 'from'),
};

/** `nestjs-kinesis leases import`: the leases of a file into a store. */
export const importLeases: Command = {
  usage: `nestjs-kinesis leases import --file <file> --to <store> --application <name> --stream <name>
    [--to-application <name>] [--to-stream <name>] [--write] [--force] [--session-timeout <ms>]

Makes the leases of the store as those of the file; what only the store has stays.`,

  run: (args, terminal) => copy(args, terminal, 'file'),
};

async function copy(args: readonly string[], terminal: Terminal, from: 'from' | 'file'): Promise<void> {
  const options = LeasesArguments.parse(args, {
    names: [from, 'to', 'to-application', 'to-stream'],
    writes: true,
  });
  const { scope, mode } = options;
  const targetScope: LeaseScope = {
    application: options.optional('to-application') ?? scope.application,
    streamName: options.optional('to-stream') ?? scope.streamName,
  };
  const address = from === 'file' ? `file:${options.required('file')}` : options.required('from');
  await withTargets(
    [
      [address, scope],
      [options.required('to'), targetScope],
    ],
    async (...[source, target]) => {
      if (!source || !target) return;
      writable(target);
      const leases = await leasesOf(source, scope);
      await carryOut(terminal, mode, target, targetScope, wantedOf(source, leases), {
        target: source,
        scope,
        leases,
      });
    },
  );
}

/** Leases go on counting where they come to, unless what they have is no count of a checkpointer's. */
function wantedOf(source: LeaseTarget, leases: readonly Lease[]): readonly NewLease[] {
  return source.store ? leases : leases.map(({ counter: _time, ...lease }) => lease);
}
