import { Gate } from '../runtime/gate.js';

export interface StartsOptions {
  /** No handler starts while it is closed. */
  gate: Gate;
  /** No handler starts once this aborts. */
  stopped: AbortSignal;
  /** Whether the lease is certainly still ours. */
  mayStart: () => boolean;
  /** Called when it is not: nothing starts any more. */
  onRefused: () => void;
}

/** Whether a handler of a shard may start: asked before each one does, and before each further attempt. */
export class Starts {
  /** Closed while the shard stands still at a record it cannot pass. */
  private readonly halt = new Gate();

  constructor(private readonly options: StartsOptions) {}

  /** Whether one may start at this moment. */
  get isAllowed(): boolean {
    const { gate, stopped } = this.options;
    return gate.isOpen && this.halt.isOpen && !stopped.aborted && this.ask();
  }

  get isHalted(): boolean {
    return !this.halt.isOpen;
  }

  standStill(): void {
    this.halt.close();
  }

  resume(): void {
    this.halt.open();
  }

  resumed(signal: AbortSignal): Promise<void> {
    return this.halt.passed(signal);
  }

  /** Waits until one may start. Resolves whether it may; if not, none ever will. */
  async allowed(): Promise<boolean> {
    const { gate, stopped } = this.options;
    while (!stopped.aborted) {
      if (!gate.isOpen) await gate.passed(stopped).catch(() => undefined);
      else if (!this.halt.isOpen) await this.halt.passed(stopped).catch(() => undefined);
      else return this.ask();
    }
    return false;
  }

  private ask(): boolean {
    if (this.options.mayStart()) return true;
    this.options.onRefused();
    return false;
  }
}
