import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Checkpoint, type Lease, type LeaseScope, MemoryCheckpointer } from 'nestjs-kinesis';
import { type CheckpointerSuiteOptions, describeCheckpointer } from 'nestjs-kinesis/testing';
import { CollectingRunner } from './collecting-runner.js';

async function failuresOf(
  store: MemoryCheckpointer,
  options: CheckpointerSuiteOptions = {},
): Promise<string[]> {
  const runner = new CollectingRunner();
  describeCheckpointer(() => store, { runner, leases: 10, ...options });
  return runner.failures();
}

/** Reads, and writes some time after: what comes between is lost. */
const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What is wrong with each, and a word of a test that must notice. */
const BROKEN: readonly [defect: string, store: MemoryCheckpointer, noticed: RegExp][] = [
  [
    'acquires whatever the counter',
    new (class extends MemoryCheckpointer {
      override async acquire(scope: LeaseScope, seen: Lease, ...rest: [string, number]) {
        return super.acquire(scope, (await this.get(scope, seen.shardId)) ?? seen, ...rest);
      }
    })(),
    /acquisition of a worker that lost its lease/,
  ],
  [
    'checkpoints whatever the counter',
    new (class extends MemoryCheckpointer {
      override async checkpoint(scope: LeaseScope, held: Lease, checkpoint: Checkpoint) {
        return super.checkpoint(scope, (await this.get(scope, held.shardId)) ?? held, checkpoint);
      }
    })(),
    /checkpoint of a worker that lost its lease/,
  ],
  [
    'checks the owner only',
    new (class extends MemoryCheckpointer {
      override async renew(scope: LeaseScope, held: readonly Lease[]) {
        const current = await Promise.all(held.map((lease) => this.get(scope, lease.shardId)));
        return super.renew(
          scope,
          held.map((lease, i) => ({ ...lease, counter: current[i]?.counter ?? lease.counter })),
        );
      }
    })(),
    /renewal of an owner that knows an old counter/,
  ],
  [
    'checks the counter only',
    new (class extends MemoryCheckpointer {
      override async release(scope: LeaseScope, held: Lease) {
        const { owner } = (await this.get(scope, held.shardId)) ?? held;
        return super.release(scope, owner === undefined ? held : { ...held, owner });
      }
    })(),
    /counters are the same/,
  ],
  [
    'hears every asker',
    new (class extends MemoryCheckpointer {
      override async requestHandOff(scope: LeaseScope, seen: Lease, worker: string | undefined) {
        return super.requestHandOff(scope, (await this.get(scope, seen.shardId)) ?? seen, worker);
      }
    })(),
    /first of two askers/,
  ],
  [
    'reads a request first and writes it later',
    new (class extends MemoryCheckpointer {
      override async requestHandOff(scope: LeaseScope, seen: Lease, worker: string | undefined) {
        const current = await this.get(scope, seen.shardId);
        if (current?.owner !== seen.owner || current?.handOffTo !== seen.handOffTo) return false;
        await pause();
        const now = (await this.get(scope, seen.shardId)) ?? seen;
        return super.requestHandOff(scope, now, worker);
      }
    })(),
    /fifty askers/,
  ],
  [
    'releases to nobody',
    new (class extends MemoryCheckpointer {
      override async release(scope: LeaseScope, held: Lease) {
        const current = await this.get(scope, held.shardId);
        if (current?.handOffTo) await super.requestHandOff(scope, current, undefined);
        return super.release(scope, held);
      }
    })(),
    /makes the lease the asker’s/,
  ],
  [
    'brings deleted leases back',
    new (class extends MemoryCheckpointer {
      override async checkpoint(scope: LeaseScope, held: Lease, checkpoint: Checkpoint) {
        await this.create(scope, held);
        return super.checkpoint(scope, held, checkpoint);
      }
    })(),
    /bring back a lease/,
  ],
  [
    'keeps sequence numbers as numbers',
    new (class extends MemoryCheckpointer {
      override async checkpoint(scope: LeaseScope, held: Lease, checkpoint: Checkpoint) {
        return super.checkpoint(
          scope,
          held,
          checkpoint.type === 'SEQUENCE'
            ? { ...checkpoint, sequenceNumber: String(Number(checkpoint.sequenceNumber)) }
            : checkpoint,
        );
      }
    })(),
    /last digit/,
  ],
  [
    'joins names with a dash',
    new (class extends MemoryCheckpointer {
      override create(scope: LeaseScope, ...rest: [Lease]) {
        return super.create(joined(scope), ...rest);
      }
      override list(scope: LeaseScope) {
        return super.list(joined(scope));
      }
    })(),
    /applications and streams apart/,
  ],
  [
    'calls every lease lost that is renewed',
    new (class extends MemoryCheckpointer {
      override renew(_scope: LeaseScope, held: readonly Lease[]) {
        return Promise.resolve(held.map(() => undefined));
      }
    })(),
    /renews all of a worker’s leases/,
  ],
];

function joined({ application, streamName }: LeaseScope): LeaseScope {
  return { application: `${application}-${streamName}`, streamName: '' };
}

describe('the suite of checkpointers', () => {
  it.each(BROKEN)('notices one that %s', async (_defect, store, noticed) => {
    const failures = await failuresOf(store);

    expect(failures.filter((name) => noticed.test(name))).not.toEqual([]);
  });

  it('finds nothing wrong with a good one', async () => {
    await expect(failuresOf(new MemoryCheckpointer())).resolves.toEqual([]);
  });

  it('closes what it was given', async () => {
    let open = 0;
    class Closing extends MemoryCheckpointer {
      async prepare(): Promise<void> {
        open++;
      }
      async close(): Promise<void> {
        open--;
      }
    }
    const shared = new Closing();
    const runner = new CollectingRunner();
    const onOneStore = (): Closing =>
      Object.assign(new Closing(), { scopes: Reflect.get(shared, 'scopes') as unknown });
    describeCheckpointer(onOneStore, { runner, leases: 0 });

    await expect(runner.failures()).resolves.toEqual([]);

    expect(open).toBe(0);
  });

  it('leaves out what it is told to', () => {
    const [all, fewer] = [new CollectingRunner(), new CollectingRunner()];
    describeCheckpointer(() => new MemoryCheckpointer(), { runner: all });
    describeCheckpointer(() => new MemoryCheckpointer(), { runner: fewer, leases: 0, names: 'kinesis' });

    expect(all.count - fewer.count).toBe(3);
  });

  it('says what is missing where there is no test runner', () => {
    const { it: own } = globalThis as { it?: unknown };
    try {
      Reflect.deleteProperty(globalThis, 'it');
      expect(() => describeCheckpointer(() => new MemoryCheckpointer())).toThrow('there is no global "it"');
    } finally {
      Object.assign(globalThis, { it: own });
    }
  });

  it('runs with node:test', async () => {
    const script = fileURLToPath(new URL('with-node-test.ts', import.meta.url));
    // Under Jest, Node's own runner would take itself for one that was started by another.
    const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script], { env });

    expect(stdout).toMatch(/^# fail 0$/m);
    expect(stdout).toMatch(/^# pass \d{2,}$/m);
  });
});
