import type { Clock } from '../../runtime/clock.js';
import type { LeaseScope } from '../checkpointer.js';

/** Milliseconds between looks at a lease that was asked for. */
const POLL_INTERVAL = 2_000;

interface Request {
  readonly key: string;
  /** Whether the lease still is with the owner that was asked, and the request stands. */
  readonly isOpen: () => Promise<boolean>;
}

/**
 * Tells who asked for leases when they have them. The table tells nobody of changes, and all leases are listed seldom;
 * so the few that were asked for are looked at more often, as long as the request is open.
 */
export class HandOffWatch {
  private readonly watchers = new Map<string, Set<() => void>>();
  private readonly requests = new Map<string, Map<string, Request>>();
  private readonly polling = new Set<string>();
  private readonly closing = new AbortController();

  constructor(private readonly clock: Clock) {}

  watch(scope: LeaseScope, onChange: () => void): () => void {
    const name = nameOf(scope);
    const watchers = this.watchers.get(name) ?? new Set();
    this.watchers.set(name, watchers.add(onChange));
    return () => {
      watchers.delete(onChange);
      if (watchers.size === 0) this.watchers.delete(name);
    };
  }

  notify(scope: LeaseScope): void {
    for (const onChange of this.watchers.get(nameOf(scope)) ?? []) onChange();
  }

  expect(scope: LeaseScope, request: Request): void {
    const name = nameOf(scope);
    const requests = this.requests.get(name) ?? new Map<string, Request>();
    this.requests.set(name, requests.set(request.key, request));
    if (!this.polling.has(name)) void this.poll(scope, name);
  }

  close(): void {
    this.closing.abort();
  }

  private async poll(scope: LeaseScope, name: string): Promise<void> {
    this.polling.add(name);
    try {
      while (this.watchers.has(name) && (this.requests.get(name)?.size ?? 0) > 0) {
        await this.clock.sleep(POLL_INTERVAL, this.closing.signal);
        if (await this.look(name)) this.notify(scope);
      }
    } catch {
      // Closed. What is left open shows when all leases are listed.
    } finally {
      this.polling.delete(name);
      this.requests.delete(name);
    }
  }

  /** @returns whether a request has come to its end */
  private async look(name: string): Promise<boolean> {
    let ended = false;
    const requests = this.requests.get(name) ?? new Map<string, Request>();
    for (const [key, request] of requests) {
      // A look that fails says nothing; the next one may.
      if (await request.isOpen().catch(() => true)) continue;
      if (requests.get(key) === request) requests.delete(key);
      ended = true;
    }
    return ended;
  }
}

function nameOf({ application, streamName }: LeaseScope): string {
  return JSON.stringify([application, streamName]);
}
