import type { Lease } from 'nestjs-kinesis';
import { format, formatSummary, type Summary, summarize } from '../statistics.js';
import { openStore } from './open-store.js';
import type { BenchedStore } from './stores.js';

const LEASES = 1_000;
const ROUNDS = 3;
const SESSION_TIMEOUT = 15_000;

/** Milliseconds, where a checkpointer does not say otherwise: the defaults of the consumers. */
const HEARTBEAT_FREQUENCY = 3_000;
const LIST_INTERVAL = 1_000;

interface Cost {
  /** Of one turn. */
  readonly requests: number;
  /** Milliseconds of one turn. */
  readonly time: Summary;
}

export interface StoreCosts {
  readonly name: string;
  readonly heartbeat: Cost;
  readonly look: Cost;
  readonly checkpoints: Cost;
  /** Requests a second of a worker that does nothing but keep its leases. */
  readonly idle: number;
}

/** What one worker with a thousand leases asks of a store. */
export async function measureCosts({ name, address }: BenchedStore): Promise<StoreCosts> {
  const store = await openStore(address);
  const { checkpointer } = store;
  try {
    await checkpointer.prepare?.();
    const scope = { application: 'bench', streamName: 'orders' };
    const shardIds = Array.from({ length: LEASES }, (_, i) => `shardId-${String(i).padStart(12, '0')}`);
    const checkpoint = { type: 'TRIM_HORIZON' } as const;
    await Promise.all(
      shardIds.map((shardId) => checkpointer.create(scope, { shardId, parentShardIds: [], checkpoint })),
    );
    let held = await Promise.all(
      (await checkpointer.list(scope)).map(async (seen) =>
        present(await checkpointer.acquire(scope, seen, 'worker', SESSION_TIMEOUT)),
      ),
    );
    const [first, ...others] = held;
    // Once, so that Redis knows the scripts.
    held = [present(await checkpointer.checkpoint(scope, present(first), checkpoint)), ...others];
    held = (await checkpointer.renew(scope, held)).map(present);
    const measured = async (turn: (round: number) => Promise<unknown>): Promise<Cost> => {
      const [times, before]: [number[], number] = [[], store.requests()];
      for (let round = 0; round < ROUNDS; round++) {
        const start = performance.now();
        await turn(round);
        times.push(performance.now() - start);
      }
      return { requests: (store.requests() - before) / ROUNDS, time: summarize(times) };
    };
    const heartbeat = await measured(async () => {
      held = (await checkpointer.renew(scope, held)).map(present);
    });
    const look = await measured(() => checkpointer.list(scope));
    const checkpoints = await measured(async (round) => {
      const to = {
        type: 'SEQUENCE',
        sequenceNumber: `4959033827149025660855969253836${round}`,
        subSequenceNumber: 0,
      } as const;
      held = await Promise.all(
        held.map(async (lease) => present(await checkpointer.checkpoint(scope, lease, to))),
      );
    });
    const idle =
      (heartbeat.requests * 1_000) / (checkpointer.heartbeatFrequency ?? HEARTBEAT_FREQUENCY) +
      (look.requests * 1_000) / (checkpointer.listInterval ?? LIST_INTERVAL);
    return { name, heartbeat, look, checkpoints, idle };
  } finally {
    store.close();
  }
}

export function costsTable(costs: readonly StoreCosts[]): string[] {
  const cell = ({ requests, time }: Cost): string => `${format(requests)} in ${formatSummary(time)} ms`;
  return [
    '| a worker with 1 000 leases | a heartbeat | a look at all leases | 1 000 checkpoints at once | requests per second when idle |',
    '| --- | --- | --- | --- | --- |',
    ...costs.map(
      ({ name, heartbeat, look, checkpoints, idle }) =>
        `| ${name} | ${cell(heartbeat)} | ${cell(look)} | ${cell(checkpoints)} | ${format(idle, 1)} |`,
    ),
  ];
}

function present(lease: Lease | undefined): Lease {
  if (lease === undefined) throw new Error('a lease was lost');
  return lease;
}
