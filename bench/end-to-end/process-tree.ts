import { readdirSync, readFileSync } from 'node:fs';

/** What a process and all it has started have used of the machine; only Linux tells. */
export interface Usage {
  /** Milliseconds of processor time, user and system. */
  readonly processorTime: number;
  /** Bytes of resident memory, the highest of each process, added up. */
  readonly peakMemory: number;
}

/** Milliseconds in a tick of `/proc/<pid>/stat`. */
const TICK = 10;

export function usageOf(pid: number): Usage {
  let [processorTime, peakMemory] = [0, 0];
  for (const each of withDescendants(pid)) {
    const stat = statOf(each);
    if (!stat) continue;
    processorTime += stat.ticks * TICK;
    peakMemory += peakMemoryOf(each);
  }
  return { processorTime, peakMemory };
}

function withDescendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    const stat = Number.isInteger(pid) ? statOf(pid) : undefined;
    if (stat) children.set(stat.parent, [...(children.get(stat.parent) ?? []), pid]);
  }
  const found = [root];
  // Grows while it is walked.
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

/** Its own ticks and those of children that have ended; undefined when it has ended itself. */
function statOf(pid: number): { parent: number; ticks: number } | undefined {
  const fields = read(`/proc/${pid}/stat`)?.split(') ')[1]?.split(' ').map(Number);
  if (!fields) return undefined;
  // Fields 4 and 14 to 17 of proc(5); the first two are before the split.
  const [parent = 0, ...rest] = fields.slice(1);
  return { parent, ticks: rest.slice(9, 13).reduce((sum, ticks) => sum + ticks, 0) };
}

function peakMemoryOf(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1] ?? 0) * 1024;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
