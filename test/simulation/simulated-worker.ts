import type { Checkpointer } from '../../src/checkpointers/checkpointer.js';
import type { KinesisGateway } from '../../src/client/kinesis-gateway.js';
import { KinesisNetworkError } from '../../src/errors.js';

/** A worker's connections to the world: cut, every call fails; the worker itself does not know why. */
export class Connections {
  cut = false;
  /** The process is gone: nothing is restored any more. */
  dead = false;

  gateway(gateway: KinesisGateway): KinesisGateway {
    return {
      describeStream: (...args) => this.reach(() => gateway.describeStream(...args)),
      createStream: (...args) => this.reach(() => gateway.createStream(...args)),
      listShards: (...args) => this.reach(() => gateway.listShards(...args)),
      putRecords: (...args) => this.reach(() => gateway.putRecords(...args)),
      getShardIterator: (...args) => this.reach(() => gateway.getShardIterator(...args)),
      getRecords: (...args) => this.reach(() => gateway.getRecords(...args)),
    };
  }

  checkpointer(store: Checkpointer): Checkpointer {
    return {
      name: store.name,
      create: (...args) => this.reach(() => store.create(...args)),
      list: (...args) => this.reach(() => store.list(...args)),
      get: (...args) => this.reach(() => store.get(...args)),
      requestHandOff: (...args) => this.reach(() => store.requestHandOff(...args)),
      acquire: (...args) => this.reach(() => store.acquire(...args)),
      renew: (...args) => this.reach(() => store.renew(...args)),
      checkpoint: (...args) => this.reach(() => store.checkpoint(...args)),
      release: (...args) => this.reach(() => store.release(...args)),
      delete: (...args) => this.reach(() => store.delete(...args)),
    };
  }

  private async reach<T>(call: () => Promise<T>): Promise<T> {
    if (this.cut || this.dead) throw new KinesisNetworkError('cut off');
    return call();
  }
}
