import type { Checkpointer } from '../../checkpointers/checkpointer.js';
import { KinesisNetworkError } from '../../errors.js';

/** The checkpointer, whose writes all take effect and whose answers to them are all lost. */
export function withLostReplies(store: Checkpointer): Checkpointer {
  const lost =
    <Args extends unknown[], T>(write: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      await write(...args);
      throw new KinesisNetworkError('the reply was lost');
    };
  return {
    name: store.name,
    list: (...args) => store.list(...args),
    get: (...args) => store.get(...args),
    create: lost((...args) => store.create(...args)),
    acquire: lost((...args) => store.acquire(...args)),
    renew: lost((...args) => store.renew(...args)),
    checkpoint: lost((...args) => store.checkpoint(...args)),
    requestHandOff: lost((...args) => store.requestHandOff(...args)),
    release: lost((...args) => store.release(...args)),
    delete: lost((...args) => store.delete(...args)),
  };
}
