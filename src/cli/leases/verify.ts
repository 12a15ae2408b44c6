import type { LeaseScope } from '../../checkpointers/checkpointer.js';
import type { Command } from '../command.js';
import { leasesOf, withTargets } from './carry-out.js';
import { changesTo, describeCheckpoint } from './lease-changes.js';
import { LeasesArguments } from './leases-arguments.js';

/** `nestjs-kinesis leases verify`: whether two stores have the same leases. It changes nothing. */
export const verifyLeases: Command = {
  usage: `nestjs-kinesis leases verify --from <store> --to <store> --application <name> --stream <name>
    [--to-application <name>] [--to-stream <name>]

Compares shards and checkpoints, and exits with 1 where they differ.`,

  async run(args, terminal) {
    const options = LeasesArguments.parse(args, {
      names: ['from', 'to', 'to-application', 'to-stream'],
      writes: false,
    });
    const { scope } = options;
    const otherScope: LeaseScope = {
      application: options.optional('to-application') ?? scope.application,
      streamName: options.optional('to-stream') ?? scope.streamName,
    };
    await withTargets(
      [
        [options.required('from'), scope],
        [options.required('to'), otherScope],
      ],
      async (...[one, other]) => {
        if (!one || !other) return;
        const [leases, others] = [await leasesOf(one, scope), await other.list(otherScope)];
        const there = new Map(others.map((lease) => [lease.shardId, lease.checkpoint]));
        const differences = changesTo(leases, others).map((change) => {
          const { shardId, checkpoint } =
            change.kind === 'move' ? { ...change.seen, checkpoint: change.to } : change.lease;
          const present = there.get(shardId);
          const second = present === undefined ? 'no lease' : describeCheckpoint(present);
          return `${shardId}  ${describeCheckpoint(checkpoint)} in ${one.label}, ${second} in ${other.label}`;
        });
        const known = new Set(leases.map(({ shardId }) => shardId));
        for (const { shardId, checkpoint } of others.filter((lease) => !known.has(lease.shardId))) {
          differences.push(
            `${shardId}  no lease in ${one.label}, ${describeCheckpoint(checkpoint)} in ${other.label}`,
          );
        }
        for (const difference of differences) terminal.stdout.write(`${difference}\n`);
        if (differences.length > 0) throw new Error(`${differences.length} leases differ`);
        terminal.stdout.write(`${leases.length} leases are the same\n`);
      },
    );
  },
};
