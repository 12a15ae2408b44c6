import type { Checkpoint } from '../../checkpointers/checkpoint.js';
import { type Command, UsageError } from '../command.js';
import { carryOut, leasesOf, withTargets, writable } from './carry-out.js';
import { describeStream } from './kinesis-stream.js';
import { LeasesArguments } from './leases-arguments.js';

/** `nestjs-kinesis leases reset`: all shards, or some, to another position. */
export const resetLeases: Command = {
  usage: `nestjs-kinesis leases reset --on <store> --application <name> --stream <name> [--shard <id>]…
    --position <TRIM_HORIZON|LATEST|time> [--write] [--force] [--session-timeout <ms>]

A time is ISO 8601 with its zone, such as 2026-01-31T12:00:00Z, or milliseconds since 1970. LATEST is the time now on
the clock of Kinesis, which is asked for it.`,

  async run(args, terminal) {
    const options = LeasesArguments.parse(args, {
      names: ['on', 'position'],
      lists: ['shard'],
      writes: true,
    });
    const { scope, mode } = options;
    const shards = options.list('shard');
    const position = options.required('position');
    await withTargets([[options.required('on'), scope]], async (...[target]) => {
      if (!target) return;
      writable(target);
      const leases = await leasesOf(target, scope);
      const unknown = shards.find((shard) => !leases.some(({ shardId }) => shardId === shard));
      if (unknown !== undefined) throw new UsageError(`there is no lease of ${unknown}`);
      const checkpoint = await checkpointAt(position, scope.streamName);
      const chosen = leases.filter(({ shardId }) => shards.length === 0 || shards.includes(shardId));
      const wanted = chosen.map((lease) => ({ ...lease, checkpoint }));
      await carryOut(terminal, mode, target, scope, wanted);
    });
  },
};

async function checkpointAt(position: string, streamName: string): Promise<Checkpoint> {
  if (position === 'TRIM_HORIZON') return { type: 'TRIM_HORIZON' };
  if (position === 'LATEST') {
    return { type: 'AT_TIMESTAMP', timestamp: (await describeStream(streamName)).serviceTime };
  }
  const timestamp = /^\d{12,}$/.test(position)
    ? Number(position)
    : // Without a zone, a time would mean something else on each machine.
      /(?:Z|[+-]\d\d:?\d\d)$/.test(position)
      ? Date.parse(position)
      : NaN;
  if (Number.isFinite(timestamp)) return { type: 'AT_TIMESTAMP', timestamp };
  throw new UsageError(
    `--position must be TRIM_HORIZON, LATEST, or a time such as 2026-01-31T12:00:00Z, not "${position}"`,
  );
}
