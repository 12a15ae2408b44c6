import type { ReceivedRecord } from 'nestjs-kinesis';
import { decorated, startApp } from '../app.js';
import type { Round } from '../round.js';
import { Tap } from '../tap.js';
import type { Variant, VariantDescription } from '../variant.js';

/** User records between looks at the clock, which is a system call. */
const CHECK_EVERY = 2_500;

/** What the app's handlers have, and what tells how far they are. */
class Desk {
  round: Round | undefined;
  /** User records since the app began. */
  private handled = 0;
  private lookAt = Infinity;
  private onLook: () => void = () => undefined;

  handle(payload: unknown): void {
    this.handled++;
    this.round?.handle(payload);
    if (this.handled >= this.lookAt) this.onLook();
  }

  /** Resolves when the round is over, give or take some records. */
  async roundIsOver(round: Round): Promise<void> {
    while (!round.isOver) await this.haveHandled(this.handled + CHECK_EVERY);
  }

  /** Resolves when so many have been handled since the app began. */
  haveHandled(count: number): Promise<void> {
    if (this.handled >= count) return Promise.resolve();
    this.lookAt = count;
    return new Promise((resolve) => {
      this.onLook = () => {
        this.lookAt = Infinity;
        resolve();
      };
    });
  }
}

const HANDLERS = {
  record: {
    title: 'a record at a time, `async` handler',
    create: (desk: Desk) =>
      decorated(
        class {
          async onRecords(payload: unknown): Promise<void> {
            desk.handle(payload);
          }
        },
        {},
      ),
  },
  sync: {
    title: 'a record at a time, handler without a promise',
    create: (desk: Desk) =>
      decorated(
        class {
          onRecords(payload: unknown): void {
            desk.handle(payload);
          }
        },
        {},
      ),
  },
  batch: {
    title: 'batches of 500',
    create: (desk: Desk) =>
      decorated(
        class {
          async onRecords(records: readonly ReceivedRecord[]): Promise<void> {
            for (const { payload } of records) desk.handle(payload);
          }
        },
        { batch: { maxRecords: 500 } },
      ),
  },
} as const;

async function consume(desk: Desk, tap: Tap, round: Round): Promise<void> {
  desk.round = round;
  await tap.open();
  await desk.roundIsOver(round);
  await desk.haveHandled(await tap.close());
}

function ours(kind: keyof typeof HANDLERS): VariantDescription {
  const name = `ours-${kind}`;
  return {
    name,
    title: `nestjs-kinesis, ${HANDLERS[kind].title}`,
    workloads: ['json-200', 'json-1000', 'kpl-200'],
    create: async (endpoints, workload): Promise<Variant> => {
      const stream = `${workload}.${name}`;
      const tap = new Tap(endpoints.http1, stream);
      await tap.close();
      const desk = new Desk();
      await startApp(endpoints, stream, workload, HANDLERS[kind].create(desk), { shardFetchRate: 5 });
      return { consume: (round) => consume(desk, tap, round) };
    },
  };
}

export const OUR_VARIANTS: readonly VariantDescription[] = [ours('record'), ours('sync'), ours('batch')];
