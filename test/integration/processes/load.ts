import { setTimeout as sleep } from 'node:timers/promises';
import { type KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { type Order, STREAM } from './worker/settings.js';

export interface LoadOptions {
  readonly keys: number;
  /** Milliseconds between two records of a key. */
  readonly pause: number;
}

/** Puts numbered records of many keys; those of one key one after the other, so that their order is certain. */
export class Load {
  put = 0;
  private isOver = false;
  private readonly keys: Promise<void[]>;

  constructor(
    private readonly client: KinesisClient,
    { keys, pause }: LoadOptions,
  ) {
    this.keys = Promise.all(Array.from({ length: keys }, (_, i) => this.putKey(`key-${i}`, pause)));
    // It is awaited at the end; until then a failure must not end the process.
    this.keys.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.keys;
  }

  private async putKey(key: string, pause: number): Promise<void> {
    for (let n = 0; !this.isOver; n++) {
      const order: Order = { key, n };
      const Data = Buffer.from(JSON.stringify(order));
      await this.client.send(new PutRecordCommand({ StreamName: STREAM, PartitionKey: key, Data }));
      this.put++;
      await sleep(pause);
    }
  }
}
