import type { Observed } from './cases.js';

interface Entry {
  readonly event: string;
  readonly who: 'enhancer' | 'host';
  readonly instance: number;
}

/** What ran, under the name of each case. */
export class Journal {
  private readonly entries = new Map<string, Entry[]>();
  private instances = 0;

  /** A number for an instance, by its constructor: an instance without one was never constructed. */
  nextInstance(): number {
    return ++this.instances;
  }

  note(name: string, entry: Entry): void {
    const entries = this.entries.get(name) ?? [];
    entries.push(entry);
    this.entries.set(name, entries);
  }

  observed(name: string): Observed {
    const entries = this.entries.get(name) ?? [];
    const instancesOf = (who: Entry['who']) =>
      new Set(entries.filter((entry) => entry.who === who).map(({ instance }) => instance)).size;
    return {
      events: entries.map(({ event }) => event),
      enhancers: instancesOf('enhancer'),
      hosts: instancesOf('host'),
    };
  }
}
