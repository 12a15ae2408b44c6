import type { VariantRounds } from './figures.js';
import { type CannedServer, Contestant, type Entrant, startCannedServer } from './processes.js';

export interface ComparisonOptions {
  /** What the server's process runs; absent where variants need none. */
  readonly server?: URL;
  /** What the process of each variant runs. */
  readonly variantProcess: URL;
  /** Handed to it. */
  readonly workload: string;
  readonly rounds: number;
  /** Milliseconds of processor time in a round. */
  readonly budget: number;
  /** The same for the round that does not count. */
  readonly warmUp: number;
  readonly transport?: 'tls' | 'plain';
}

const NO_SERVER: CannedServer = {
  endpoints: { http1: '', http2: '' },
  environment: process.env,
  stop: () => undefined,
};

/** Lets variants take turns, each in a process of its own. */
export async function compare(
  variants: readonly Entrant[],
  {
    server: serverModule,
    variantProcess,
    workload,
    rounds,
    budget,
    warmUp,
    transport = 'tls',
  }: ComparisonOptions,
): Promise<readonly VariantRounds[]> {
  const server = serverModule ? await startCannedServer(serverModule, transport) : NO_SERVER;
  const contestants: Contestant[] = [];
  try {
    for (const variant of variants) {
      const contestant = await Contestant.enter(variant, variantProcess, server, workload);
      contestants.push(contestant);
      await contestant.warmUp(warmUp);
    }
    for (let round = 0; round < rounds; round++) {
      // Back and forth, so that what gets slower or faster meanwhile favours none.
      const order = round % 2 === 0 ? contestants : contestants.toReversed();
      for (const contestant of order) await contestant.playRound(budget);
    }
    return contestants;
  } finally {
    for (const contestant of contestants) contestant.leave();
    server.stop();
  }
}
