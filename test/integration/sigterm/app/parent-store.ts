import type { Checkpointer } from 'nestjs-kinesis';
import type { StoreAnswer } from './settings.js';

const METHODS = [
  'create',
  'list',
  'get',
  'acquire',
  'renew',
  'checkpoint',
  'requestHandOff',
  'release',
  'delete',
];

/** The store of the parent process, over the channel to it: it outlives every app that uses it. */
export function connectToParentStore(): Checkpointer {
  const waiting = new Map<number, (answer: unknown) => void>();
  let calls = 0;
  process.on('message', ({ id, answer }: Partial<StoreAnswer>) => {
    if (id === undefined) return;
    waiting.get(id)?.(answer);
    waiting.delete(id);
  });
  const call = (method: string, args: unknown[]): Promise<unknown> =>
    new Promise((resolve) => {
      const id = ++calls;
      waiting.set(id, resolve);
      process.send?.({ id, method, args });
    });
  const methods = METHODS.map((method) => [method, (...args: unknown[]) => call(method, args)]);
  return { name: 'parent', ...Object.fromEntries(methods) } as Checkpointer;
}
