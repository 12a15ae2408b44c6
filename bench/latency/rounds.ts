import type { ChildProcess } from 'node:child_process';
import { forkModule, message, startCannedServer } from '../contest/processes.js';
import type { LatencyRequest } from './client-process.js';
import { LATENCY_VARIANTS, type LatencyVariant } from './variants.js';

const CANNED_SERVER = new URL('../producer/canned-server.js', import.meta.url);

/** Milliseconds the server takes for an answer. */
export const ANSWER = 10;

/** Records a second. */
export const RATES = [20, 200] as const;
type Rate = (typeof RATES)[number];

export interface Plan {
  readonly rounds: number;
  /** Records of the warm-up. */
  readonly warmUp: number;
  /** Milliseconds that each variant plays in a round, in slices: the slower rate needs longer for as many records. */
  readonly playing: Readonly<Record<Rate, number>>;
}

/** Milliseconds in a row, then it is the next one's turn. */
const SLICE = 2_000;

/** Of each variant, by rate: the latencies of each round, in ascending order. */
export type Latencies = ReadonlyMap<string, Readonly<Record<Rate, readonly (readonly number[])[]>>>;

/** Lets the variants put at each rate in turn. */
export async function playRounds({ rounds, warmUp, playing }: Plan): Promise<Latencies> {
  const server = await startCannedServer(CANNED_SERVER, 'tls', [String(ANSWER)]);
  const clients: Client[] = [];
  try {
    for (const variant of LATENCY_VARIANTS) {
      const client = await Client.start(variant, server.endpoints.http1, server.environment);
      clients.push(client);
      await client.ask({ type: 'warm-up', records: warmUp });
    }
    for (const rate of RATES) {
      // What is warm for many callers is not yet for a few.
      for (const client of clients) await client.ask({ type: 'slice', rate, milliseconds: SLICE });
      for (let round = 0; round < rounds; round++) await playRound(clients, rate, playing[rate]);
    }
    return new Map(clients.map(({ name, latencies }) => [name, latencies]));
  } finally {
    for (const client of clients) client.leave();
    server.stop();
  }
}

async function playRound(clients: readonly Client[], rate: Rate, playing: number): Promise<void> {
  const gathered = new Map(clients.map((client) => [client, [] as number[]]));
  for (let slice = 0; slice < playing / SLICE; slice++) {
    // Back and forth, so that what the machine does meanwhile favours none.
    const order = slice % 2 === 0 ? [...gathered] : [...gathered].reverse();
    for (const [client, latencies] of order) {
      latencies.push(...(await client.ask({ type: 'slice', rate, milliseconds: SLICE })));
    }
  }
  for (const [client, latencies] of gathered) {
    client.latencies[rate].push(latencies.sort((one, other) => one - other));
  }
}

class Client {
  readonly latencies: Record<Rate, number[][]> = { 20: [], 200: [] };

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
  ) {}

  static async start({ name }: LatencyVariant, endpoint: string, env: NodeJS.ProcessEnv): Promise<Client> {
    const child = forkModule(new URL('client-process.js', import.meta.url), [name, endpoint], env);
    await message(child);
    return new Client(name, child);
  }

  async ask(request: LatencyRequest): Promise<readonly number[]> {
    this.child.send(request);
    return message<number[]>(this.child);
  }

  leave(): void {
    this.child.disconnect();
  }
}
