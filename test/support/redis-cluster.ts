import { Redis } from 'ioredis';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { RedisServer } from './redis-server.js';

const SLOTS = 16_384;

/** A Redis cluster of the test's own: primaries that share the slots, without replicas. */
export class RedisCluster {
  /** Slots that are not where they were in the beginning. */
  private readonly moved = new Map<number, number>();

  private constructor(
    private readonly servers: readonly RedisServer[],
    private readonly clients: readonly Redis[],
  ) {}

  static async start(binary: { readonly path: string }, size = 3): Promise<RedisCluster> {
    const buses = await Promise.all(Array.from({ length: size }, freePort));
    const servers = await Promise.all(
      buses.map((bus) =>
        RedisServer.start(binary, {
          'cluster-enabled': 'yes',
          'cluster-port': bus,
          'cluster-config-file': 'nodes.conf',
          'cluster-node-timeout': 2_000,
        }),
      ),
    );
    const clients = servers.map(({ port }) => new Redis(port, '127.0.0.1'));
    const cluster = new RedisCluster(servers, clients);
    await cluster.meet(buses);
    return cluster;
  }

  get nodes(): { host: string; port: number }[] {
    return this.servers.map(({ port }) => ({ host: '127.0.0.1', port }));
  }

  /** Moves a key's slot, with all that is in it, to the next server. */
  async move(key: string): Promise<void> {
    const slot = await this.first.cluster('KEYSLOT', key);
    const ids = await Promise.all(this.clients.map((client) => client.cluster('MYID')));
    const from =
      this.moved.get(Number(slot)) ?? Math.floor(Number(slot) / Math.ceil(SLOTS / this.servers.length));
    const to = (from + 1) % this.servers.length;
    this.moved.set(Number(slot), to);
    const [source, target, server] = [this.clients[from], this.clients[to], this.servers[to]];
    const [sourceId, targetId] = [String(ids[from]), String(ids[to])];
    if (!source || !target || !server) throw new Error(`slot ${slot} has no server`);
    await target.call('CLUSTER', 'SETSLOT', String(slot), 'IMPORTING', sourceId);
    await source.call('CLUSTER', 'SETSLOT', String(slot), 'MIGRATING', targetId);
    await source.call('MIGRATE', '127.0.0.1', String(server.port), key, '0', '5000');
    for (const client of [target, source]) {
      await client.call('CLUSTER', 'SETSLOT', String(slot), 'NODE', targetId);
    }
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.disconnect();
    await Promise.all(this.servers.map((server) => server.stop()));
  }

  private get first(): Redis {
    const [first] = this.clients;
    if (!first) throw new Error('the cluster has no server');
    return first;
  }

  private async meet(buses: readonly number[]): Promise<void> {
    const share = Math.ceil(SLOTS / this.clients.length);
    for (const [position, client] of this.clients.entries()) {
      const [start, end] = [position * share, Math.min((position + 1) * share, SLOTS) - 1];
      await client.call('CLUSTER', 'ADDSLOTSRANGE', String(start), String(end));
      // Otherwise each takes itself for the only one of the first epoch, and they must come to terms.
      await client.call('CLUSTER', 'SET-CONFIG-EPOCH', String(position + 1));
    }
    for (const [position, { port }] of this.servers.entries()) {
      if (position > 0) {
        await this.first.call('CLUSTER', 'MEET', '127.0.0.1', String(port), String(buses[position]));
      }
    }
    let ready = false;
    await eventually(() => {
      void this.isReady().then((answer) => (ready = answer));
      return ready;
    }, 'the servers of the cluster know each other');
  }

  private async isReady(): Promise<boolean> {
    const infos = await Promise.all(this.clients.map((client) => client.cluster('INFO')));
    return infos.every(
      (info) =>
        String(info).includes('cluster_state:ok') &&
        String(info).includes(`cluster_known_nodes:${this.servers.length}`) &&
        String(info).includes(`cluster_size:${this.servers.length}`),
    );
  }
}
