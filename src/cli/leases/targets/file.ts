import { readFile, rename, writeFile } from 'node:fs/promises';
import type { LeaseScope } from '../../../checkpointers/checkpointer.js';
import { MemoryCheckpointer } from '../../../checkpointers/memory-checkpointer.js';
import { UsageError } from '../../command.js';
import { type FiledLease, filedLease, parseLeaseFile, serializeLeaseFile } from '../lease-file.js';
import type { OpenTarget } from '../target.js';

/** Leases in a file. What it holds of other applications and streams stays as it is. */
export const openFile: OpenTarget = async (address, scope) => {
  const path = address.replace(/^file:/, '');
  if (path === '') throw new UsageError('file: needs a path, such as file:leases.jsonl');
  const leases = await readLeases(path);
  const isOfScope = (lease: FiledLease): boolean => isOf(scope, lease);
  const store = new MemoryCheckpointer();
  for (const lease of leases.filter(isOfScope)) await store.create(scope, lease);
  return {
    label: address,
    store,
    list: (of) => store.list(of),
    save: async () => {
      const others = leases.filter((lease) => !isOfScope(lease));
      const own = (await store.list(scope)).map((lease) => filedLease(scope, lease));
      // Never half a file, whenever the process may end.
      await writeFile(`${path}.new`, serializeLeaseFile([...others, ...own]));
      await rename(`${path}.new`, path);
    },
    close: async () => undefined,
  };
};

function isOf({ application, streamName }: LeaseScope, lease: FiledLease): boolean {
  return lease.application === application && lease.stream === streamName;
}

/** A file that is not there yet has no leases. */
async function readLeases(path: string): Promise<FiledLease[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  try {
    return parseLeaseFile(text);
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
