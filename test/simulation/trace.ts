import type { VirtualClock } from '../../src/testing/virtual-clock.js';

/** What happened in a history, line by line: virtual time in seconds, who, what. */
export class Trace {
  readonly lines: string[] = [];
  private readonly names = new Map<string, string>();

  constructor(private readonly clock: VirtualClock) {}

  line(who: string, what: string): void {
    const time = (this.clock.now() / 1000).toFixed(4).padStart(10);
    this.lines.push(`${time}  ${who.padEnd(4)} ${what}`);
  }

  /** Worker ids are random and long; lines show names. */
  name(workerId: string, name: string): void {
    this.names.set(workerId, name);
  }

  nameOf(workerId: string | undefined): string {
    if (workerId === undefined) return 'nobody';
    return this.names.get(workerId) ?? workerId.slice(0, 6);
  }
}

/** `shardId-000000000012` as `s12`. */
export function short(shardId: string): string {
  return `s${Number(shardId.slice(shardId.lastIndexOf('-') + 1))}`;
}
