import { Cluster, Redis } from 'ioredis';
import { RedisCheckpointer } from '../../../src/checkpointers/redis/index.js';
import { at, LeaseFixture, SHARD } from '../../../src/testing/checkpointer-suite/lease-fixture.js';
import { describeCheckpointer } from '../../../src/testing/checkpointer-suite/describe-checkpointer.js';
import { RedisCluster } from '../../support/redis-cluster.js';
import { describeWithRedis } from '../../support/redis-server.js';

await describeWithRedis('the Redis checkpointer on a cluster', (binary) => {
  let servers: RedisCluster;
  let cluster: Cluster;
  let scopes = 0;

  beforeAll(async () => {
    servers = await RedisCluster.start(binary);
    cluster = new Cluster(servers.nodes);
  });

  afterAll(async () => {
    cluster?.disconnect();
    await servers?.stop();
  });

  describeCheckpointer(() => new RedisCheckpointer({ client: cluster }));

  const leases = new LeaseFixture(
    () => new RedisCheckpointer({ client: cluster }),
    () => ({ application: `billing-${scopes++}`, streamName: 'orders' }),
  );
  beforeEach(() => leases.open());
  afterEach(() => leases.close());
  const move = (): Promise<void> =>
    servers.move(`nestjs-kinesis:{${leases.scope.application}:orders}:leases`);

  it('follows a slot that moves to another server', async () => {
    const held = await leases.owned('worker-1');

    await move();

    const moved = await leases.checkpointed(held, at('7'));
    expect(moved).toMatchObject({ counter: 2, checkpoint: at('7') });
    await move();
    await expect(leases.renewed(moved)).resolves.toMatchObject({ counter: 3 });
    await expect(leases.store.list(leases.scope)).resolves.toHaveLength(1);
  });

  it('follows the slot of a write that waits for replicas', async () => {
    // There are none, and none are waited for in effect: WAIT with 0 would be refused as an option.
    const store = new RedisCheckpointer({ client: cluster, wait: { replicas: 1, timeout: 1 } });
    const held = await leases.owned('worker-1');
    await move();

    await expect(store.checkpoint(leases.scope, held, at('7'))).rejects.toThrow('0 of 1 replicas');

    await expect(leases.stored()).resolves.toMatchObject({ counter: 2, checkpoint: at('7') });
  });

  it('says so when it was given one server of a cluster', async () => {
    const [first] = servers.nodes;
    if (!first) throw new Error('the cluster has no server');
    const client = new Redis(first);
    const store = new RedisCheckpointer({ client });

    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => store.get({ ...leases.scope, streamName: `s${i}` }, SHARD)),
    );

    const refused = answers.filter((answer) => answer.status === 'rejected');
    expect(refused[0]?.reason).toMatchObject({ code: 'KINESIS_CHECKPOINTER', retryable: false });
    expect(String(refused[0]?.reason)).toContain('pass an ioredis Cluster');
    client.disconnect();
  });
});
