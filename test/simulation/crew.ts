import { SimulatedWorker, type World } from './workers/simulated-worker.js';

/** The workers of a history. */
export class Crew {
  readonly workers: SimulatedWorker[] = [];
  /** Workers that were told to stop and have not yet. */
  readonly leaving = new Set<SimulatedWorker>();
  /** Those that are gone, too: what they asked for may still be under way. */
  private readonly everyone: SimulatedWorker[] = [];

  constructor(private readonly world: World) {}

  get all(): SimulatedWorker[] {
    return [...this.workers, ...this.leaving];
  }

  pick(): SimulatedWorker {
    return this.world.dice.pick(this.workers);
  }

  start(): SimulatedWorker {
    const worker = new SimulatedWorker(`w${this.everyone.length + 1}`, this.world);
    this.workers.push(worker);
    this.everyone.push(worker);
    worker.start();
    return worker;
  }

  crash(worker: SimulatedWorker): void {
    this.remove(worker);
    worker.crash();
  }

  /** Resolves when the worker has stopped; time must go on meanwhile. */
  async leave(worker: SimulatedWorker, timeout: number): Promise<void> {
    this.remove(worker);
    this.leaving.add(worker);
    await worker.leave(timeout);
    this.leaving.delete(worker);
  }

  /** From now on calls meet no faults. */
  calmDown(): void {
    this.world.stormy = false;
    for (const worker of this.everyone) worker.calmDown();
  }

  private remove(worker: SimulatedWorker): void {
    this.workers.splice(this.workers.indexOf(worker), 1);
  }
}
